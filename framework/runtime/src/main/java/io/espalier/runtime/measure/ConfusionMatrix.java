package io.espalier.runtime.measure;

import java.util.Arrays;
import java.util.List;

/**
 * How often samples of a class were given each class.
 *
 * @param rows counts: a row per actual class, a column per predicted class
 */
public record ConfusionMatrix(List<List<Integer>> rows) {
  public ConfusionMatrix {
    rows = rows.stream().map(List::copyOf).toList();
  }

  static ConfusionMatrix of(int[][] counts) {
    return new ConfusionMatrix(
        Arrays.stream(counts).map(row -> Arrays.stream(row).boxed().toList()).toList());
  }

  /** Number of classes. */
  public int classes() {
    return rows.size();
  }

  /** Samples of class {@code actual} that the model took for class {@code predicted}. */
  public int count(int actual, int predicted) {
    return rows.get(actual).get(predicted);
  }

  /** Samples of a class. */
  public int samples(int actual) {
    return rows.get(actual).stream().mapToInt(Integer::intValue).sum();
  }
}
