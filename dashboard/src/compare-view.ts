// Runs side by side: their curves, and every measured model, its accuracy against sparsity, size and
// latency, with the Pareto front: the models that no other beats in both.
import { CompareCurves, type Compared } from "./compare-curves";
import { h, setText } from "./dom";
import { bytes, count, percent } from "./format";
import { get, ofRun, runFile } from "./gateway";
import type { Measurements } from "./measured-view";
import { front } from "./pareto";
import { found } from "./run-list-view";
import { isOver, newRun } from "./run-state";
import { element, label } from "./schedule-picture";
import { load } from "./snapshot";
import { lookOf } from "./states";
import type { RunSnapshotJson, RunSummaryJson } from "./wire";

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

/** Whether a run can be among those compared: it has begun. */
function hasBegun(run: RunSummaryJson): boolean {
  return (run.lastSeq ?? 0) > 0;
}

/** Runs that are compared if nobody says which. */
const FIRST = 4;

export class CompareView {
  readonly element = h("article", { class: "run compare" }, h("h1", {}, "Compare runs"));

  private readonly result = h("div", { class: "stack" });
  private readonly told = h("p", { class: "note", role: "status" });
  private readonly chosen: Set<string>;
  private curves: CompareCurves | undefined;
  private asked = 0;

  constructor(
    private readonly runs: readonly RunSummaryJson[],
    chosen: readonly string[],
  ) {
    this.runs = runs.filter(hasBegun);
    const first = this.runs.filter((run) => run.state === "RUN_STATE_SUCCEEDED").slice(0, FIRST);
    this.chosen = new Set(chosen.length > 0 ? chosen : first.map((run) => run.run!));
    const choices = this.runs.map((run) => ({ run, element: this.choice(run) }));
    const list = h("div", { class: "choice-list" }, ...choices.map(({ element }) => element));
    const search = h("input", { type: "search", placeholder: "Search", "aria-label": "Find runs" });
    search.addEventListener("input", () => {
      for (const { run, element } of choices) {
        element.hidden = !found(run, search.value);
      }
    });
    this.element.append(
      h("fieldset", { class: "panel choices" }, h("legend", {}, "Runs"), search, list),
      this.told,
      this.result,
    );
    void this.show();
  }

  destroy(): void {
    this.curves?.destroy();
  }

  private choice(run: RunSummaryJson): HTMLElement {
    const id = run.run ?? "";
    const box = h("input", { type: "checkbox", value: id, checked: this.chosen.has(id) });
    box.addEventListener("change", () => {
      this.chosen[box.checked ? "add" : "delete"](id);
      void this.show();
    });
    const look = lookOf(run.state).label.toLowerCase();
    const about = [look, ...(run.tags ?? [])].join(", ");
    return h(
      "label",
      { class: "choice" },
      box,
      ` ${run.scenario} `,
      h("code", {}, id),
      ` ${about}`,
    );
  }

  private async show(): Promise<void> {
    const asked = ++this.asked;
    const wanted = this.runs.filter((run) => this.chosen.has(run.run ?? ""));
    try {
      const read = await Promise.all(
        wanted.map((run, i) => readCompared(run, COLORS[i % COLORS.length]!)),
      );
      if (asked === this.asked) {
        this.fill(read);
      }
    } catch (error) {
      if (asked === this.asked) {
        setText(this.told, `The runs cannot be compared: ${(error as Error).message}`);
      }
    }
  }

  private fill(read: readonly Read[]): void {
    const rows = read.flatMap((one) => one.rows);
    const curves = read.filter(({ run }) => run.steps.length > 0);
    this.curves?.destroy();
    this.curves = curves.length > 0 ? new CompareCurves(curves) : undefined;
    this.result.replaceChildren(
      ...(rows.length > 0
        ? [h("div", { class: "charts" }, ...AXES.map((axis) => plot(rows, axis))), table(rows)]
        : []),
      ...(this.curves ? [this.curves.element] : []),
    );
    this.curves?.draw();
    const going = read.some(({ run }) => !isOver(run.state))
      ? " Some go on: they are shown as they stand now."
      : "";
    const models = rows.length === 0 ? "no measured models" : `${rows.length} measured models`;
    setText(
      this.told,
      read.length === 0
        ? this.runs.length === 0
          ? "There is no run to compare yet."
          : "Choose the runs to compare."
        : `${count(read.length)} runs are compared, with ${models} among them.${going}`,
    );
  }
}

interface Read extends Compared {
  readonly rows: readonly Row[];
}

/** A run's curves, and its models if some were measured. */
async function readCompared(summary: RunSummaryJson, color: string): Promise<Read> {
  const id = summary.run ?? "";
  const name = summary.scenario ?? "";
  const over = summary.state === "RUN_STATE_SUCCEEDED";
  const exports = over && (summary.stages ?? []).some((stage) => stage.kind === "export");
  const [snapshot, measured] = await Promise.all([
    get<RunSnapshotJson>(ofRun(id, "snapshot")),
    exports ? runFile<Measurements>(id, "measurements.json") : Promise.resolve(undefined),
  ]);
  const run = newRun(id);
  load(run, snapshot);
  const rows = (measured?.stages ?? []).map((stage) => ({
    run: id,
    name,
    stage: stage.stage,
    color,
    accuracy: stage.accuracy,
    sparsity: stage.achievedSparsity,
    size: stage.bytes.gzip,
    latency: stage.latencyMicros.p50,
  }));
  return { run, name: `${name} ${id.slice(-4)}`, color, rows };
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
    svg.append(label(percent(value, 1), 50, y(value) + 4, "end"));
    const across = x0 + share * (x1 - x0);
    svg.append(label(axis.format(Math.max(0, across)), x(across), HEIGHT - 8, "middle"));
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
