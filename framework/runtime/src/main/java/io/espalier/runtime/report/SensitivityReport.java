package io.espalier.runtime.report;

import io.espalier.runtime.AtomicFile;
import io.espalier.runtime.measure.Sensitivity;
import io.espalier.runtime.measure.Sensitivity.Curve;
import io.espalier.runtime.measure.Sensitivity.Share;
import io.espalier.runtime.report.Svg.Anchor;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A sensitivity analysis as one page: a chart, a table, and what to write into a scenario. */
public final class SensitivityReport {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 320;
  private static final int LEFT = 56;
  private static final int RIGHT = WIDTH - 14;
  private static final int TOP = 44;
  private static final int BOTTOM = HEIGHT - 30;
  private static final int COLOURS = 4;

  private final Sensitivity sensitivity;
  private final List<Share> shares;

  private SensitivityReport(Sensitivity sensitivity, List<Share> shares) {
    this.sensitivity = sensitivity;
    this.shares = shares;
  }

  /**
   * Writes the page.
   *
   * @param shares the allocation that was solved; empty if none was asked for
   */
  public static void write(Path file, String model, Sensitivity sensitivity, List<Share> shares) {
    String page = new SensitivityReport(sensitivity, shares).page(model);
    AtomicFile.write(file, page);
  }

  private String page(String model) {
    StringBuilder out = new StringBuilder(ReportStyle.head("Sensitivity of " + model));
    out.append(
        """
        <p class="note">Accuracy when one layer alone is pruned by magnitude, without training; %s as it is.</p>
        <figure>%s</figure>
        """
            .formatted(String.format(Locale.ROOT, "%.4f", sensitivity.baseline()), chart()));
    table(out);
    if (!shares.isEmpty()) {
      out.append("<h2>Allocation</h2>\n<pre>").append(Markup.escape(scenario(shares)));
      out.append("</pre>\n");
    }
    return out.append(ReportStyle.FOOT).toString();
  }

  private String chart() {
    Svg svg = new Svg(WIDTH, HEIGHT, "Accuracy by layer and share of weights cut");
    Axis x = new Axis(0, 1, LEFT, RIGHT);
    Axis y = new Axis(0, 1, BOTTOM, TOP);
    for (double tick : y.ticks(5)) {
      svg.line("grid", LEFT, y.pixel(tick), RIGHT, y.pixel(tick));
      svg.text("tick", Anchor.END, LEFT - 6, y.pixel(tick) + 4, Axis.text(tick));
    }
    for (double tick : x.ticks(10)) {
      svg.text("tick", Anchor.MIDDLE, x.pixel(tick), BOTTOM + 18, Axis.text(tick));
    }
    List<Curve> curves = sensitivity.layers();
    double legend = RIGHT;
    for (int i = 0; i < curves.size(); i++) {
      Curve curve = curves.get(i);
      String style = "c" + (i % COLOURS + 1) + (i / COLOURS % 2 == 1 ? " dashed" : "");
      svg.path("line " + style, commands(curve, x, y));
      if (i < 2 * COLOURS) {
        svg.text("legend " + style, Anchor.END, legend, 30, curve.layer());
        legend -= 8 * curve.layer().length() + 16;
      }
    }
    return svg.text("heading", Anchor.START, 0, 14, "Accuracy by share of weights cut").end();
  }

  private String commands(Curve curve, Axis x, Axis y) {
    StringBuilder path =
        new StringBuilder(
            String.format(Locale.ROOT, "M%.1f %.1f", x.pixel(0), y.pixel(sensitivity.baseline())));
    for (int i = 0; i < sensitivity.ratios().size(); i++) {
      path.append(
          String.format(
              Locale.ROOT,
              "L%.1f %.1f",
              x.pixel(sensitivity.ratios().get(i)),
              y.pixel(curve.accuracies().get(i))));
    }
    return path.toString();
  }

  private void table(StringBuilder out) {
    out.append("<h2>Accuracies</h2>\n<div class=\"wide\"><table><thead><tr><th>layer</th>");
    out.append("<th class=\"number\">weights</th>");
    sensitivity
        .ratios()
        .forEach(ratio -> out.append("<th class=\"number\">%s</th>".formatted(ratio)));
    out.append("</tr></thead><tbody>\n");
    for (Curve curve : sensitivity.layers()) {
      out.append(
          "<tr><td>%s</td><td class=\"number\">%d</td>"
              .formatted(Markup.escape(curve.layer()), curve.weights()));
      curve
          .accuracies()
          .forEach(
              accuracy ->
                  out.append(
                      String.format(Locale.ROOT, "<td class=\"number\">%.4f</td>", accuracy)));
      out.append("</tr>\n");
    }
    out.append("</tbody></table></div>\n");
  }

  /** The allocation as a prune stage's {@code layers}. */
  public static String scenario(List<Share> shares) {
    StringBuilder text = new StringBuilder("layers:\n");
    for (Share share : shares) {
      text.append(
          String.format(
              Locale.ROOT,
              "  - {opNames: [\"%s\"], sparsity: %.4f}%n",
              share.layer(),
              share.sparsity()));
    }
    return text.toString();
  }
}
