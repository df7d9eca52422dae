package io.espalier.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How a budget is spent over several tensors that each can be coded in several ways: from the
 * cheapest way of each on, always the step that takes most error off for a byte. Steps lead along
 * the lower convex hull of each tensor's bytes and errors, so every stop on the path has the least
 * error that its bytes can buy with such steps.
 *
 * <p>Y. Shoham, A. Gersho: Efficient Bit Allocation for an Arbitrary Set of Quantizers, IEEE
 * Transactions on Acoustics, Speech, and Signal Processing 36, 1988.
 */
public final class BudgetPath {
  /**
   * A way to code a tensor.
   *
   * @param bytes that it takes
   * @param error that it makes; comparable over all tensors
   */
  public record Way(double bytes, double error) {}

  private record Step(int tensor, int way, double gain) {}

  private BudgetPath() {}

  /**
   * The stops, from the cheapest to the one of least error.
   *
   * @param ways of each tensor, at least one
   * @return for each stop, the position of each tensor's way
   */
  public static List<List<Integer>> stops(List<List<Way>> ways) {
    List<Step> steps = new ArrayList<>();
    Integer[] at = new Integer[ways.size()];
    for (int t = 0; t < at.length; t++) {
      List<Integer> hull = hull(ways.get(t));
      at[t] = hull.get(0);
      for (int i = 1; i < hull.size(); i++) {
        double gain = gain(ways.get(t).get(hull.get(i - 1)), ways.get(t).get(hull.get(i)));
        steps.add(new Step(t, hull.get(i), gain));
      }
    }
    steps.sort(Comparator.comparingDouble(Step::gain).reversed());
    List<List<Integer>> stops = new ArrayList<>();
    stops.add(List.of(at));
    for (Step step : steps) {
      at[step.tensor] = step.way;
      stops.add(List.of(at));
    }
    return stops;
  }

  private static double gain(Way from, Way to) {
    return (from.error - to.error) / (to.bytes - from.bytes);
  }

  /** Positions of the ways on the lower convex hull, by bytes; gains fall along it. */
  private static List<Integer> hull(List<Way> ways) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < ways.size(); i++) {
      order.add(i);
    }
    order.sort(
        Comparator.<Integer>comparingDouble(i -> ways.get(i).bytes)
            .thenComparingDouble(i -> ways.get(i).error));
    List<Integer> hull = new ArrayList<>();
    for (int next : order) {
      if (!hull.isEmpty() && ways.get(last(hull)).error <= ways.get(next).error) {
        continue;
      }
      while (hull.size() > 1
          && gain(ways.get(hull.get(hull.size() - 2)), ways.get(last(hull)))
              <= gain(ways.get(last(hull)), ways.get(next))) {
        hull.remove(hull.size() - 1);
      }
      hull.add(next);
    }
    return hull;
  }

  private static int last(List<Integer> hull) {
    return hull.get(hull.size() - 1);
  }
}
