package io.espalier.core;

/**
 * How far from zero a layer's weights start: uniform within plus and minus a limit that depends on
 * the values which go into one output (fan in) and the outputs that one value goes to (fan out).
 */
enum Initializer {
  /** Keeps variance both ways through linear layers: Glorot and Bengio (2010), equation 16. */
  GLOROT {
    @Override
    double limit(long fanIn, long fanOut) {
      return Math.sqrt(6.0 / (fanIn + fanOut));
    }
  },
  /** Keeps variance forward through rectifiers, 2 / fan in: He et al. (2015), equation 10. */
  HE {
    @Override
    double limit(long fanIn, long fanOut) {
      return Math.sqrt(6.0 / fanIn);
    }
  };

  abstract double limit(long fanIn, long fanOut);
}
