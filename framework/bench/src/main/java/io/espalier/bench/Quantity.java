package io.espalier.bench;

/** What a figure measures, and so how two of them make a ratio above 1 where Espalier is better. */
public enum Quantity {
  /** Time or another cost of a piece of work: peer by Espalier. */
  COST {
    @Override
    double ratio(double espalier, double peer) {
      return peer / espalier;
    }
  },
  /** Work per time: Espalier by peer. */
  SPEED {
    @Override
    double ratio(double espalier, double peer) {
      return espalier / peer;
    }
  },
  /**
   * Extra cost in percent of a side's own plain cost, which may be nothing or less: {@code 100 +
   * peer} by {@code 100 + Espalier}.
   */
  OVERHEAD {
    @Override
    double ratio(double espalier, double peer) {
      return (100 + peer) / (100 + espalier);
    }
  };

  abstract double ratio(double espalier, double peer);
}
