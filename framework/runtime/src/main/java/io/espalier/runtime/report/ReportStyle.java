package io.espalier.runtime.report;

/** The style of HTML reports, and the frame that it stands in. */
final class ReportStyle {
  /** The end of a page that began with {@link #head}. */
  static final String FOOT = "</body>\n</html>\n";

  private static final String CSS =
      """
      :root {
        --page: #fbfbf9; --text: #1d2321; --quiet: #5d6764; --rule: #d9dedb;
        --c1: #2a6fb0; --c2: #2e7d4f; --c3: #a35a00; --c4: #7b4fa3; --bad: #b3362b;
      }
      @media (prefers-color-scheme: dark) {
        :root {
          --page: #141817; --text: #e6ebe8; --quiet: #9aa6a1; --rule: #343c39;
          --c1: #6fb1ee; --c2: #6cc592; --c3: #e9a24b; --c4: #b993df; --bad: #ef7a6f;
        }
      }
      body {
        margin: 2rem auto; max-width: 60rem; padding: 0 1rem;
        background: var(--page); color: var(--text);
        font: 15px/1.5 system-ui, sans-serif;
      }
      h1 { font-size: 1.7rem; margin-bottom: 0; }
      h2 { font-size: 1.2rem; margin-top: 2.2rem; border-bottom: 1px solid var(--rule); }
      h3 { font-size: 1rem; margin-bottom: 0.3rem; }
      .note { color: var(--quiet); font-size: 0.9rem; }
      .wide { overflow-x: auto; }
      table { border-collapse: collapse; font-size: 0.9rem; }
      th, td { padding: 0.25rem 0.7rem 0.25rem 0; text-align: left; vertical-align: baseline; }
      th { color: var(--quiet); font-weight: 500; }
      tbody tr { border-top: 1px solid var(--rule); }
      .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
      pre { overflow-x: auto; padding: 0.7rem; border: 1px solid var(--rule); border-radius: 4px; }
      figure { margin: 1rem 0; }
      svg { display: block; width: 100%; max-width: 760px; height: auto; }
      svg text { fill: var(--text); font: 12px system-ui, sans-serif; }
      svg .tick { fill: var(--quiet); }
      svg .heading { font-weight: 600; font-size: 13px; }
      svg .grid { stroke: var(--rule); }
      svg .border { stroke: var(--quiet); stroke-dasharray: 2 3; }
      svg .line { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
      svg .line.dashed { stroke-dasharray: 6 4; }
      svg .line.c1 { stroke: var(--c1); } svg .bar.c1, svg .legend.c1 { fill: var(--c1); }
      svg .line.c2 { stroke: var(--c2); } svg .bar.c2, svg .legend.c2 { fill: var(--c2); }
      svg .line.c3 { stroke: var(--c3); } svg .bar.c3, svg .legend.c3 { fill: var(--c3); }
      svg .line.c4 { stroke: var(--c4); } svg .bar.c4, svg .legend.c4 { fill: var(--c4); }
      svg .cell { stroke: var(--rule); stroke-width: 0.5; }
      svg .good { fill: var(--c2); }
      svg .bad { fill: var(--bad); }
      svg .count { font-size: 11px; }
      svg .inverse { fill: var(--page); }
      """;

  private ReportStyle() {}

  /** The beginning of a page, its heading included. */
  static String head(String title) {
    return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>%1$s · Espalier</title>
    <style>
    %2$s</style>
    </head>
    <body>
    <h1>%1$s</h1>
    """
        .formatted(Markup.escape(title), CSS);
  }
}
