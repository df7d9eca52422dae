package io.espalier.runtime.report;

import io.espalier.runtime.report.RunHistory.TrainedStage;
import io.espalier.runtime.report.Svg.Anchor;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * Figures over the global step, with a line where each stage begins.
 *
 * @param title what is shown
 * @param series the lines
 * @param shares whether the values are shares, shown from 0 to 1
 */
record LinePlot(String title, List<Series> series, boolean shares) {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 240;
  private static final int LEFT = 56;
  private static final int RIGHT = WIDTH - 14;
  private static final int TOP = 44;
  private static final int BOTTOM = HEIGHT - 26;

  /** Pixels that a character takes, about. */
  private static final double CHARACTER = 6.5;

  /**
   * One line; it is broken where the value is not finite.
   *
   * @param name for the legend
   * @param style class of its colour
   * @param value of a point
   */
  record Series(String name, String style, ToDoubleFunction<Curve.Point> value) {}

  String svg(List<Curve.Point> points, List<TrainedStage> stages) {
    long lastStep = points.stream().mapToLong(Curve.Point::step).max().orElse(1);
    Axis x = Axis.over(0, lastStep, LEFT, RIGHT);
    Axis y = values(points);
    Svg svg = new Svg(WIDTH, HEIGHT, title);
    for (double tick : y.ticks(5)) {
      svg.line("grid", LEFT, y.pixel(tick), RIGHT, y.pixel(tick));
      svg.text("tick", Anchor.END, LEFT - 6, y.pixel(tick) + 4, Axis.text(tick));
    }
    for (double tick : x.ticks(8)) {
      if (tick == Math.rint(tick)) {
        svg.text("tick", Anchor.MIDDLE, x.pixel(tick), BOTTOM + 16, Axis.text(tick));
      }
    }
    for (TrainedStage stage : stages) {
      double begin = x.pixel(stage.offset());
      int room = (int) ((x.pixel(stage.offset() + stage.steps()) - begin - 8) / CHARACTER);
      svg.line("border", begin, TOP - 12, begin, BOTTOM);
      svg.text("tick", Anchor.START, begin + 4, TOP - 5, fitted(stage.name(), room));
    }
    double legend = RIGHT;
    for (int i = series.size() - 1; i >= 0; i--) {
      Series line = series.get(i);
      svg.path("line " + line.style(), commands(points, line, x, y));
      svg.text("legend " + line.style(), Anchor.END, legend, 14, line.name());
      legend -= 8 * line.name().length() + 16;
    }
    svg.text("heading", Anchor.START, 0, 14, title);
    return svg.end();
  }

  /** As much of a name as there is room for. */
  private static String fitted(String name, int room) {
    if (name.length() <= room) {
      return name;
    }
    return room < 3 ? "" : name.substring(0, room - 1) + "…";
  }

  private Axis values(List<Curve.Point> points) {
    if (shares) {
      return new Axis(0, 1, BOTTOM, TOP);
    }
    double low = finite(points).min().orElse(0);
    double high = finite(points).max().orElse(1);
    return Axis.over(Math.min(0, low), high, BOTTOM, TOP);
  }

  private DoubleStream finite(List<Curve.Point> points) {
    return series.stream()
        .flatMapToDouble(line -> points.stream().mapToDouble(line.value()))
        .filter(Double::isFinite);
  }

  private static String commands(List<Curve.Point> points, Series line, Axis x, Axis y) {
    StringBuilder path = new StringBuilder();
    boolean pen = false;
    for (Curve.Point point : points) {
      double value = line.value().applyAsDouble(point);
      if (Double.isFinite(value)) {
        path.append(
            String.format(
                Locale.ROOT,
                "%s%.1f %.1f",
                pen ? "L" : "M",
                x.pixel(point.step()),
                y.pixel(value)));
      }
      pen = Double.isFinite(value);
    }
    return path.toString();
  }
}
