package io.espalier.engine;

/**
 * A function of two numbers with its derivatives. Of two equal numbers Min and Max give the
 * gradient to the left. What is true is 1, what is not 0; as an operand, all but 0 is true.
 */
enum PairFunction {
  ADD {
    @Override
    float value(float a, float b) {
      return a + b;
    }

    @Override
    float leftSlope(float a, float b) {
      return 1;
    }

    @Override
    float rightSlope(float a, float b) {
      return 1;
    }
  },
  SUBTRACT {
    @Override
    float value(float a, float b) {
      return a - b;
    }

    @Override
    float leftSlope(float a, float b) {
      return 1;
    }

    @Override
    float rightSlope(float a, float b) {
      return -1;
    }
  },
  MULTIPLY {
    @Override
    float value(float a, float b) {
      return a * b;
    }

    @Override
    float leftSlope(float a, float b) {
      return b;
    }

    @Override
    float rightSlope(float a, float b) {
      return a;
    }
  },
  DIVIDE {
    @Override
    float value(float a, float b) {
      return a / b;
    }

    @Override
    float leftSlope(float a, float b) {
      return 1 / b;
    }

    @Override
    float rightSlope(float a, float b) {
      return -a / (b * b);
    }
  },
  MINIMUM {
    @Override
    float value(float a, float b) {
      return Math.min(a, b);
    }

    @Override
    float leftSlope(float a, float b) {
      return a <= b ? 1 : 0;
    }

    @Override
    float rightSlope(float a, float b) {
      return a <= b ? 0 : 1;
    }
  },
  MAXIMUM {
    @Override
    float value(float a, float b) {
      return Math.max(a, b);
    }

    @Override
    float leftSlope(float a, float b) {
      return a >= b ? 1 : 0;
    }

    @Override
    float rightSlope(float a, float b) {
      return a >= b ? 0 : 1;
    }
  },
  /** The gradient to the exponent is 0 where the base is not positive: no logarithm is there. */
  POWER {
    @Override
    float value(float a, float b) {
      return (float) Math.pow(a, b);
    }

    @Override
    float leftSlope(float a, float b) {
      return (float) (b * Math.pow(a, b - 1.0));
    }

    @Override
    float rightSlope(float a, float b) {
      return a > 0 ? (float) (Math.pow(a, b) * Math.log(a)) : 0;
    }
  },
  /** PRelu: the second number is the slope where the first is negative. */
  SLOPED {
    @Override
    float value(float a, float b) {
      return a < 0 ? a * b : a;
    }

    @Override
    float leftSlope(float a, float b) {
      return a < 0 ? b : 1;
    }

    @Override
    float rightSlope(float a, float b) {
      return a < 0 ? a : 0;
    }
  },
  EQUAL {
    @Override
    float value(float a, float b) {
      return number(a == b);
    }
  },
  GREATER {
    @Override
    float value(float a, float b) {
      return number(a > b);
    }
  },
  GREATER_OR_EQUAL {
    @Override
    float value(float a, float b) {
      return number(a >= b);
    }
  },
  LESS {
    @Override
    float value(float a, float b) {
      return number(a < b);
    }
  },
  LESS_OR_EQUAL {
    @Override
    float value(float a, float b) {
      return number(a <= b);
    }
  },
  AND {
    @Override
    float value(float a, float b) {
      return number(a != 0 && b != 0);
    }
  },
  OR {
    @Override
    float value(float a, float b) {
      return number(a != 0 || b != 0);
    }
  },
  XOR {
    @Override
    float value(float a, float b) {
      return number((a != 0) != (b != 0));
    }
  };

  abstract float value(float a, float b);

  /** Derivative by the first number; none goes through what is true or not. */
  float leftSlope(float a, float b) {
    return 0;
  }

  /** Derivative by the second number. */
  float rightSlope(float a, float b) {
    return 0;
  }

  private static float number(boolean truth) {
    return truth ? 1 : 0;
  }
}
