package io.espalier.engine;

import java.util.Map;

/**
 * Watches a loss for progress, one value per epoch: how low it has been, and how many epochs ago.
 * All it knows goes into a checkpoint and comes back out of it.
 */
final class Patience {
  private final String name;
  private double lowest = Double.POSITIVE_INFINITY;
  private int waited;

  /**
   * @param name prefix of its numbers in a checkpoint
   */
  Patience(String name) {
    this.name = name;
  }

  /** Takes the next epoch's loss; whether it is the lowest so far. */
  boolean improves(double loss) {
    boolean lower = loss < lowest;
    lowest = lower ? loss : lowest;
    waited = lower ? 0 : waited + 1;
    return lower;
  }

  /** The lowest loss so far; infinite before the first. */
  double lowest() {
    return lowest;
  }

  /** Epochs since the lowest, or since {@link #waitAgain}. */
  int waited() {
    return waited;
  }

  /** Counts epochs from now on, against the same lowest. */
  void waitAgain() {
    waited = 0;
  }

  /** Forgets all losses, because those to come cannot be compared with them. */
  void forget() {
    lowest = Double.POSITIVE_INFINITY;
    waited = 0;
  }

  void save(Map<String, Double> scalars) {
    scalars.put(name + ".lowest", lowest);
    scalars.put(name + ".waited", (double) waited);
  }

  void restore(Map<String, Double> scalars) {
    lowest = Resumption.scalar(scalars, name + ".lowest");
    waited = (int) Resumption.scalar(scalars, name + ".waited");
  }
}
