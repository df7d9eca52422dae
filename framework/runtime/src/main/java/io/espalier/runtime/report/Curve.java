package io.espalier.runtime.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Training figures over the global step, thinned so that memory stays bounded however long the run
 * is: neighbouring steps are merged in pairs whenever {@value #MOST_POINTS} points are reached.
 *
 * <p>A point has the means of loss and accuracy over its steps, and the sparsities of the last.
 */
final class Curve {
  /** The most points a curve holds. */
  static final int MOST_POINTS = 1024;

  /**
   * Some neighbouring steps.
   *
   * @param step the last of them, counted over all stages
   * @param count how many they are
   * @param target what the schedule asks for; NaN where none runs
   */
  record Point(long step, int count, double loss, double accuracy, double sparsity, double target) {
    private Point merge(Point later) {
      int both = count + later.count;
      return new Point(
          later.step,
          both,
          (loss * count + later.loss * later.count) / both,
          (accuracy * count + later.accuracy * later.count) / both,
          later.sparsity,
          later.target);
    }
  }

  private List<Point> points = new ArrayList<>();
  private int stride = 1;

  /** Adds the next step. */
  void add(Point point) {
    int last = points.size() - 1;
    if (last >= 0 && points.get(last).count < stride) {
      points.set(last, points.get(last).merge(point));
      return;
    }
    if (points.size() == MOST_POINTS) {
      List<Point> merged = new ArrayList<>(MOST_POINTS);
      for (int i = 0; i < points.size(); i += 2) {
        merged.add(points.get(i).merge(points.get(i + 1)));
      }
      points = merged;
      stride *= 2;
    }
    points.add(point);
  }

  List<Point> points() {
    return List.copyOf(points);
  }
}
