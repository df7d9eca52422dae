// Runs side by side: every measured model, its accuracy against sparsity, size and latency, and the
// Pareto front: the models that no other beats in both.
import { h } from "./dom";
import { bytes, percent } from "./format";
import { runFile } from "./gateway";
import type { Measurements } from "./measured-view";
import { front } from "./pareto";
import { element } from "./schedule-picture";
import type { RunSummaryJson } from "./wire";

const WIDTH = 420;
const HEIGHT = 240;
const COLORS = ["--curve-1", "--mark-1", "--curve-2", "--mark-3", "--mark-2", "--curve-3"];

interface Row {
  readonly run: string;
  readonly name: string;
  readonly stage: string;
  readonly color: string;
  readonly accuracy: number;
  readonly sparsity: number;
  readonly size: number;
  readonly latency: number;
}

interface Axis {
  readonly title: string;
  readonly of: (row: Row) => number;
  readonly format: (value: number) => string;
  /** Whether more of it is better. */
  readonly more: boolean;
}

const AXES: readonly Axis[] = [
  { title: "sparsity", of: (row) => row.sparsity, format: (v) => percent(v, 0), more: true },
  { title: "size (gzip)", of: (row) => row.size, format: bytes, more: false },
  {
    title: "latency",
    of: (row) => row.latency,
    format: (value) => `${value.toFixed(1)} µs`,
    more: false,
  },
];

/** Whether a run has models that were measured. */
function isMeasured(run: RunSummaryJson): boolean {
  const exports = (run.stages ?? []).some((stage) => stage.kind === "export");
  return run.state === "RUN_STATE_SUCCEEDED" && exports;
}

export class CompareView {
  readonly element = h("article", { class: "run compare" }, h("h1", {}, "Compare runs"));

  private readonly result = h("div", { class: "stack", "aria-live": "polite" });
  private readonly chosen: Set<string>;

  constructor(runs: readonly RunSummaryJson[], chosen: readonly string[]) {
    const over = runs.filter(isMeasured);
    this.chosen = new Set(chosen.length > 0 ? chosen : over.slice(0, 4).map((run) => run.run!));
    const boxes = over.map((run) => {
      const id = run.run ?? "";
      const box = h("input", { type: "checkbox", value: id, checked: this.chosen.has(id) });
      box.addEventListener("change", () => {
        this.chosen[box.checked ? "add" : "delete"](id);
        void this.show(over);
      });
      const tags = (run.tags ?? []).join(", ");
      return h(
        "label",
        { class: "choice" },
        box,
        ` ${run.scenario} `,
        h("code", {}, id),
        ` ${tags}`,
      );
    });
    this.element.append(
      h("fieldset", { class: "panel choices" }, h("legend", {}, "Finished runs"), ...boxes),
      this.result,
    );
    void this.show(over);
  }

  private async show(runs: readonly RunSummaryJson[]): Promise<void> {
    const wanted = runs.filter((run) => this.chosen.has(run.run ?? ""));
    const rows = (
      await Promise.all(
        wanted.map(async (run, i): Promise<Row[]> => {
          const measured = await runFile<Measurements>(run.run ?? "", "measurements.json");
          return (measured?.stages ?? []).map((stage) => ({
            run: run.run ?? "",
            name: run.scenario ?? "",
            stage: stage.stage,
            color: COLORS[i % COLORS.length]!,
            accuracy: stage.accuracy,
            sparsity: stage.achievedSparsity,
            size: stage.bytes.gzip,
            latency: stage.latencyMicros.p50,
          }));
        }),
      )
    ).flat();
    if (rows.length === 0) {
      this.result.replaceChildren(h("p", { class: "empty" }, "No measured models to compare."));
      return;
    }
    this.result.replaceChildren(
      h("div", { class: "charts" }, ...AXES.map((axis) => plot(rows, axis))),
      table(rows),
    );
  }
}

function plot(rows: readonly Row[], axis: Axis): HTMLElement {
  const xs = rows.map(axis.of);
  const ys = rows.map((row) => row.accuracy);
  const spread = (values: number[]): [number, number] => {
    const low = Math.min(...values);
    const high = Math.max(...values);
    const pad = (high - low) * 0.08 || Math.abs(high) * 0.05 || 0.01;
    return [low - pad, high + pad];
  };
  const [x0, x1] = spread(xs);
  const [y0, y1] = spread(ys);
  const x = (value: number): number => 56 + ((value - x0) / (x1 - x0)) * (WIDTH - 70);
  const y = (value: number): number => HEIGHT - 26 - ((value - y0) / (y1 - y0)) * (HEIGHT - 40);
  const best = front(rows, axis.of, axis.more);
  const svg = element("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    class: "scatter",
    role: "img",
    "aria-label": `Accuracy against ${axis.title}. On the Pareto front: ${best.map((row) => `${row.name} ${row.stage}`).join(", ")}`,
  });
  for (const share of [0.1, 0.5, 0.9]) {
    const value = y0 + share * (y1 - y0);
    svg.append(element("path", { class: "grid", d: `M56 ${y(value)}H${WIDTH - 14}` }));
    svg.append(text(50, y(value) + 4, percent(value, 1), "end"));
    const across = x0 + share * (x1 - x0);
    svg.append(text(x(across), HEIGHT - 8, axis.format(Math.max(0, across)), "middle"));
  }
  const line = best.map((row, i) => `${i ? "L" : "M"}${x(axis.of(row))} ${y(row.accuracy)}`);
  svg.append(element("path", { class: "front", d: line.join("") }));
  for (const row of rows) {
    const dot = element("circle", {
      cx: x(axis.of(row)),
      cy: y(row.accuracy),
      r: best.includes(row) ? 6 : 4,
      class: best.includes(row) ? "best" : "",
    }) as SVGCircleElement;
    dot.style.setProperty("--tone", `var(${row.color})`);
    const title = element("title", {});
    title.textContent = `${row.name} ${row.stage}: ${percent(row.accuracy)} at ${axis.format(axis.of(row))}`;
    dot.append(title);
    svg.append(dot);
  }
  return h(
    "figure",
    { class: "chart" },
    h("figcaption", {}, `Accuracy against ${axis.title}`),
    svg as unknown as HTMLElement,
  );
}

function text(x: number, y: number, words: string, anchor: string): SVGElement {
  const label = element("text", { x, y, "text-anchor": anchor });
  label.textContent = words;
  return label;
}

function table(rows: readonly Row[]): HTMLElement {
  const head = ["Run", "Model", "Accuracy", "Sparsity", "Size (gzip)", "Latency"];
  return h(
    "section",
    { class: "panel", "aria-label": "Models" },
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "group", "aria-label": "Models" },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ...head.map((name, i) =>
              h("th", { scope: "col", class: i > 1 ? "number" : undefined }, name),
            ),
          ),
        ),
        h(
          "tbody",
          {},
          ...rows.map((row) => {
            const sign = h("span", { class: "dot", "aria-hidden": "true" });
            sign.style.background = `var(${row.color})`;
            return h(
              "tr",
              {},
              h("th", { scope: "row" }, sign, row.name, " ", h("code", {}, row.run.slice(-4))),
              h("td", {}, row.stage),
              h("td", { class: "number" }, percent(row.accuracy)),
              h("td", { class: "number" }, percent(row.sparsity)),
              h("td", { class: "number" }, bytes(row.size)),
              h("td", { class: "number" }, `${row.latency.toFixed(1)} µs`),
            );
          }),
        ),
      ),
    ),
  );
}
