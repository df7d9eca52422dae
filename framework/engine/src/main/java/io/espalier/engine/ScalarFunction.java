package io.espalier.engine;

/** A function of one number with its derivative; where that jumps, one of its two sides. */
interface ScalarFunction {
  float value(float x);

  /** The derivative at {@code x}, where the function has the value {@code y}. */
  float slope(float x, float y);

  /** A function from one of doubles and its derivative. */
  static ScalarFunction of(Formula value, Slope slope) {
    return new ScalarFunction() {
      @Override
      public float value(float x) {
        return (float) value.at(x);
      }

      @Override
      public float slope(float x, float y) {
        return (float) slope.at(x, y);
      }
    };
  }

  /** A function that is flat wherever it does not jump: no gradient goes through it. */
  static ScalarFunction steps(Formula value) {
    return of(value, (x, y) -> 0);
  }

  /** Computes a value. */
  interface Formula {
    double at(double x);
  }

  /** Computes a derivative from argument and value. */
  interface Slope {
    double at(double x, double y);
  }
}
