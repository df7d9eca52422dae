package io.espalier.runtime.report;

import java.util.Locale;

/** Writes one SVG picture. Colours come from the page's style sheet, by class. */
final class Svg {
  /** Where a text stands relative to its position. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  private final StringBuilder out = new StringBuilder();

  Svg(int width, int height, String label) {
    out.append(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n"
            .formatted(width, height, Markup.escape(label)));
  }

  Svg line(String style, double x1, double y1, double x2, double y2) {
    add(
        "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
        style, x1, y1, x2, y2);
    return this;
  }

  Svg rect(String style, double opacity, double x, double y, double width, double height) {
    add(
        "<rect class=\"%s\" fill-opacity=\"%.3f\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n",
        style, opacity, x, y, width, height);
    return this;
  }

  Svg text(String style, Anchor anchor, double x, double y, String text) {
    add(
        "<text class=\"%s\" text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>\n",
        style, anchor.name().toLowerCase(Locale.ROOT), x, y, Markup.escape(text));
    return this;
  }

  /** A line through points, given as the commands of an SVG path. */
  Svg path(String style, String commands) {
    add("<path class=\"%s\" d=\"%s\"/>\n", style, commands);
    return this;
  }

  /** The whole picture. */
  String end() {
    return out + "</svg>\n";
  }

  private void add(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values));
  }
}
