package io.espalier.engine;

import io.espalier.core.Seeds;
import java.util.random.RandomGenerator;

/**
 * Which samples make which batch: a permutation of all samples for each epoch, drawn from the seed
 * and the epoch alone (Fisher and Yates), so that any step can be resumed at.
 */
final class BatchOrder {
  private static final int NONE = -1;

  private final long seed;
  private final int[] order;
  private int epoch = NONE;

  BatchOrder(long seed, int samples) {
    this.seed = seed;
    this.order = new int[samples];
  }

  /**
   * The samples of an epoch in order.
   *
   * @param wanted from 0
   */
  int[] of(int wanted) {
    if (wanted != epoch) {
      epoch = wanted;
      shuffle();
    }
    return order;
  }

  private void shuffle() {
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    RandomGenerator random = Seeds.random(seed, "shuffle/" + epoch);
    for (int i = order.length - 1; i > 0; i--) {
      int j = (int) (((random.nextLong() >>> 32) * (i + 1)) >>> 32);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }
}
