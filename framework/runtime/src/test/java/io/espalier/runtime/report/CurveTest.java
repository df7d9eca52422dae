package io.espalier.runtime.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class CurveTest {
  @Property(tries = 200)
  void aCurveIsBoundedAndKeepsStepsMeanAndEnd(@ForAll @IntRange(min = 1, max = 9_000) int steps) {
    Curve curve = new Curve();
    for (int step = 1; step <= steps; step++) {
      curve.add(new Curve.Point(step, 1, step, 1.0 / step, 0.5, Double.NaN));
    }

    List<Curve.Point> points = curve.points();
    assertThat(points.size()).isBetween(Math.min(steps, Curve.MOST_POINTS / 2), Curve.MOST_POINTS);
    assertThat(points.get(points.size() - 1).step()).isEqualTo(steps);
    assertThat(points.stream().mapToInt(Curve.Point::count).sum()).isEqualTo(steps);
    assertThat(points.stream().mapToDouble(point -> point.loss() * point.count()).sum())
        .isCloseTo(steps * (steps + 1.0) / 2, within(1e-3));
    assertThat(points).extracting(Curve.Point::step).isSorted();
  }
}
