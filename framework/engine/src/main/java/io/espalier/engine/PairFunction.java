package io.espalier.engine;

/**
 * A function of two numbers with its derivatives. Of two equal numbers Min and Max give the
 * gradient to the left.
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
  };

  abstract float value(float a, float b);

  abstract float leftSlope(float a, float b);

  abstract float rightSlope(float a, float b);
}
