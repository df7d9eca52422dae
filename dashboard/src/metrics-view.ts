// What was measured: a row per metric, a column per stage, the last value of each.
import { h, type Child } from "./dom";
import { measured, NONE } from "./format";
import type { MetricPoint, Run } from "./run-state";

export class MetricsView {
  readonly element: HTMLElement;

  private readonly host = h("div", {
    class: "scroll",
    tabindex: 0,
    role: "group",
    "aria-labelledby": "metrics-title",
  });
  private shown: readonly MetricPoint[] | undefined;

  constructor() {
    this.element = h(
      "section",
      { "aria-labelledby": "metrics-title" },
      h("h2", { id: "metrics-title" }, "Measurements"),
      this.host,
    );
  }

  update(run: Run): void {
    // Every measurement makes a new list.
    if (run.metrics !== this.shown) {
      this.shown = run.metrics;
      this.host.replaceChildren(
        run.metrics.length === 0 ? h("p", { class: "empty" }, "Nothing measured yet.") : table(run),
      );
    }
  }
}

function table(run: Run): HTMLElement {
  const stages = [...new Set(run.metrics.map((m) => m.stage))].sort((a, b) => a - b);
  const last = new Map(run.metrics.map((m) => [`${m.subject}\n${m.name}\n${m.stage}`, m]));
  const rows = [...new Set(run.metrics.map((m) => `${m.subject}\n${m.name}`))];
  return h(
    "table",
    {},
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "Measured on"),
        h("th", { scope: "col" }, "Metric"),
        ...stages.map((i) =>
          h("th", { scope: "col", class: "number" }, run.stages[i]?.name ?? String(i)),
        ),
      ),
    ),
    h(
      "tbody",
      {},
      ...rows.map((row) => {
        const [subject = "", name = ""] = row.split("\n");
        return h(
          "tr",
          {},
          h("th", { scope: "row" }, subject),
          h("td", {}, name.replaceAll("_", " ")),
          ...stages.map((i) => cell(last.get(`${row}\n${i}`))),
        );
      }),
    ),
  );
}

function cell(metric: MetricPoint | undefined): Child {
  return metric
    ? h("td", { class: "number", title: String(metric.value) }, measured(metric.name, metric.value))
    : h("td", { class: "number" }, NONE);
}
