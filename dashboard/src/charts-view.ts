// The curves of a run: loss, accuracy and sparsity over the steps of all stages.
import { align, type Mark } from "./align";
import { Chart, type Boundary, type Curve } from "./chart";
import { Detail } from "./detail";
import { h, setAttribute, setText } from "./dom";
import { envelope, lowerBound } from "./downsample";
import { count, figure, percent, words } from "./format";
import type { Run } from "./run-state";
import { smoothed } from "./smoothing";
import { ValuesTable } from "./values-table";
import { zoomByKey, type Range } from "./zoom";
import type { Column, StepSeries } from "./step-series";

/** Redrawing more often shows nothing more. */
const LEAST_MILLIS = 100;

const MARK_COLORS = ["--mark-1", "--mark-2", "--mark-3"];

interface Panel {
  readonly title: string;
  readonly columns: readonly Column[];
  /** The column whose last value is told to those who do not see the curves. */
  readonly told: Column;
  readonly curves: readonly Curve[];
  /** Metrics of this name are drawn as marks. */
  readonly metric: string;
  readonly format: (value: number) => string;
  readonly yRange: (low: number | null, high: number | null) => [number, number];
}

const PANELS: readonly Panel[] = [
  {
    title: "Loss",
    columns: ["loss", "lossMean"],
    told: "loss",
    curves: [
      { label: "batch", color: "--curve-1-faint", width: 1 },
      { label: "running mean", color: "--curve-1", width: 2 },
    ],
    metric: "loss",
    format: figure,
    yRange: padded,
  },
  {
    title: "Accuracy",
    columns: ["accuracy", "accuracyMean"],
    told: "accuracy",
    curves: [
      { label: "batch", color: "--curve-2-faint", width: 1 },
      { label: "running mean", color: "--curve-2", width: 2 },
    ],
    metric: "accuracy",
    format: (value) => percent(value, 1),
    yRange: (low, high) => clamped(padded(low, high)),
  },
  {
    title: "Sparsity",
    columns: ["target", "sparsity"],
    told: "sparsity",
    curves: [
      // A broad line behind the other: what differs can be seen.
      { label: "target", color: "--target", width: 6 },
      { label: "achieved", color: "--curve-3", width: 2 },
    ],
    metric: "sparsity",
    format: (value) => percent(value, 1),
    yRange: () => [0, 1],
  },
  {
    title: "Learning rate",
    columns: ["learningRate"],
    told: "learningRate",
    curves: [{ label: "learning rate", color: "--mark-3", width: 2 }],
    metric: "learning rate",
    format: figure,
    yRange: (low, high) => padded(low === null ? null : Math.min(low, 0), high),
  },
  {
    title: "Throughput",
    columns: ["samplesPerSecond"],
    told: "samplesPerSecond",
    curves: [{ label: "samples per second", color: "--curve-1", width: 1 }],
    metric: "samples per second",
    format: count,
    yRange: (low, high) => padded(low === null ? null : Math.min(low, 0), high),
  },
];

export class ChartsView {
  readonly element: HTMLElement;

  private readonly grid = h("div", { class: "charts" });
  private readonly reset = h("button", { type: "button", hidden: true }, "Show all steps");
  private charts: Chart[] = [];
  /** What the charts were built for: they are rebuilt when a new subject is measured. */
  private builtFor = "";
  private zoom: Range | undefined;
  private whole: Range = [0, 1];
  private drawn = -Infinity;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly dark = matchMedia("(prefers-color-scheme: dark)");
  private readonly onTheme = (): void => {
    this.builtFor = "";
    this.redraw();
  };

  private readonly detail: Detail;
  private readonly values: ValuesTable;
  /** What of the points is drawn, where the server has left some out. */
  private readonly thinned = h("p", { class: "note", "data-thinned": "" });
  private smoothing = 0;
  private log = false;
  private time = false;

  constructor(private readonly redraw: () => void) {
    this.detail = new Detail(() => this.redrawNow());
    this.values = new ValuesTable(() => this.redrawNow());
    const smooth = h("input", { type: "range", min: 0, max: 0.99, step: 0.01, value: 0 });
    smooth.addEventListener("input", () => {
      this.smoothing = Number(smooth.value);
      this.redrawNow();
    });
    const log = h("input", { type: "checkbox" });
    log.addEventListener("change", () => this.rebuiltWith(() => (this.log = log.checked)));
    const time = h("input", { type: "checkbox" });
    time.addEventListener("change", () =>
      this.rebuiltWith(() => {
        this.time = time.checked;
        this.zoom = undefined;
        setAttribute(this.reset, "hidden", true);
      }),
    );
    this.element = h(
      "section",
      { "aria-labelledby": "curves-title" },
      h(
        "div",
        { class: "section-head" },
        h("h2", { id: "curves-title" }, "Curves"),
        h("label", {}, "smoothing ", smooth),
        h("label", {}, log, " log loss"),
        h("label", {}, time, " over time"),
        this.reset,
      ),
      this.thinned,
      this.grid,
      this.values.element,
    );
    this.reset.addEventListener("click", () => this.setZoom(undefined));
    this.dark.addEventListener("change", this.onTheme);
  }

  update(run: Run, replayed: boolean): void {
    const now = performance.now();
    if (now - this.drawn < LEAST_MILLIS) {
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        this.redraw();
      }, LEAST_MILLIS);
      return;
    }
    this.drawn = now;
    // A run that only evaluates or cuts has no curves.
    this.element.hidden = run.steps.length === 0 && run.metrics.length === 0;
    const subjects = PANELS.map((panel) => subjectsOf(run, panel.metric));
    this.build(subjects);
    const axis = new Axis(run, this.time);
    this.whole = axis.range();
    const range = this.zoom ?? this.whole;
    this.detail.want(run, this.zoom && !replayed ? axis.stepsOf(this.zoom) : undefined);
    const steps = this.detail.steps(run);
    setAttribute(this.element, "data-detail-points", this.detail.points);
    setText(this.thinned, thinnedTo(run, this.detail.points, replayed));
    this.values.update(run);
    const boundaries = boundariesOf(run).map(({ x, label }) => ({ x: axis.at(x), label }));
    PANELS.forEach((panel, i) =>
      draw(
        this.charts[i]!,
        panel,
        run,
        steps,
        subjects[i]!,
        range,
        boundaries,
        axis,
        this.smoothing,
      ),
    );
  }

  private rebuiltWith(change: () => void): void {
    change();
    this.builtFor = "";
    this.redrawNow();
  }

  private redrawNow(): void {
    this.drawn = -Infinity;
    this.redraw();
  }

  destroy(): void {
    clearTimeout(this.timer);
    this.dark.removeEventListener("change", this.onTheme);
    this.charts.forEach((chart) => chart.destroy());
  }

  private build(subjects: readonly string[][]): void {
    const key = JSON.stringify(subjects);
    if (key === this.builtFor) {
      return;
    }
    this.builtFor = key;
    this.charts.forEach((chart) => chart.destroy());
    this.charts = PANELS.map(
      (panel, i) =>
        new Chart({
          title: panel.title,
          curves: [...panel.curves, ...subjects[i]!.map(markCurve)],
          format: panel.format,
          yRange: panel.yRange,
          log: this.log && panel.title === "Loss",
          time: this.time,
          onZoom: (range) => this.setZoom(range),
          onKey: (key) => zoomByKey(key, this.zoom, this.whole, (range) => this.setZoom(range)),
        }),
    );
    this.grid.replaceChildren(...this.charts.map((chart) => chart.element));
  }

  private setZoom(range: Range | undefined): void {
    this.zoom = range;
    setAttribute(this.reset, "hidden", range === undefined);
    this.redrawNow();
  }
}

function draw(
  chart: Chart,
  panel: Panel,
  run: Run,
  steps: StepSeries,
  subjects: readonly string[],
  range: readonly [number, number],
  boundaries: readonly Boundary[],
  axis: Axis,
  smoothing: number,
): void {
  const x = axis.of(steps);
  const curves = panel.columns.map((name) =>
    /Mean$/.test(name) && smoothing > 0
      ? smoothed(steps.column(name.replace("Mean", "") as Column), smoothing)
      : steps.column(name),
  );
  // One point more on both sides, so that lines go on to the edge.
  const from = Math.max(0, lowerBound(x, range[0]) - 1);
  const to = Math.min(x.length, lowerBound(x, range[1]) + 1);
  const kept = to > from ? envelope(x, curves, from, to, chart.columns) : [];
  const marks = subjects.map((subject) =>
    marksOf(run, panel.metric, subject).map(({ x: at, value }) => ({ x: axis.at(at), value })),
  );
  chart.update(align(x, curves, kept, marks), range, boundaries, describe(panel, run));
}

function marksOf(run: Run, name: string, subject: string): Mark[] {
  return run.metrics.filter((m) => m.name === name && m.subject === subject);
}

function subjectsOf(run: Run, name: string): string[] {
  return [...new Set(run.metrics.filter((m) => m.name === name).map((m) => m.subject))];
}

function markCurve(subject: string, i: number): Curve {
  const color = MARK_COLORS[i % MARK_COLORS.length]!;
  return { label: subject, color, width: 1, dash: [2, 3], marks: true };
}

/** The x axis: steps over all stages, or the time of each step in seconds. */
class Axis {
  readonly x: Float64Array;
  private readonly steps: Float64Array;

  constructor(
    private readonly run: Run,
    private readonly time: boolean,
  ) {
    this.steps = run.steps.column("x");
    this.x = this.of(run.steps);
  }

  /** Where the points of a series are on the axis. */
  of(series: StepSeries): Float64Array {
    return this.time ? increasing(series.column("time").map((t) => t / 1000)) : series.column("x");
  }

  /** The steps that lie in a part of the axis, with those just outside. */
  stepsOf([from, to]: readonly [number, number]): [number, number] {
    if (!this.time) {
      return [Math.floor(from), Math.ceil(to)];
    }
    const step = (i: number): number =>
      this.steps[Math.max(0, Math.min(this.steps.length - 1, i))]!;
    return [step(lowerBound(this.x, from) - 1), step(lowerBound(this.x, to))];
  }

  range(): [number, number] {
    return this.time && this.x.length > 1
      ? [this.x[0]!, this.x[this.x.length - 1]!]
      : [0, lastX(this.run)];
  }

  /** Where a step is on the axis. */
  at(step: number): number {
    if (!this.time || this.x.length === 0) {
      return step;
    }
    return this.x[Math.min(this.x.length - 1, lowerBound(this.steps, step))]!;
  }
}

/** Steps of one millisecond are put a little apart, since an axis must ascend. */
function increasing(values: Float64Array): Float64Array {
  for (let i = 1; i < values.length; i++) {
    values[i] = Math.max(values[i]!, values[i - 1]! + 1e-6);
  }
  return values;
}

/** The axis ends with the steps that the stage on will make. */
function lastX(run: Run): number {
  const stage = run.stages[run.stageIndex];
  const planned = stage?.status === "running" ? (stage.startX ?? 0) + stage.totalSteps : 0;
  const reached = run.steps.length > 0 ? run.steps.at("x", -1) : 0;
  return Math.max(planned, reached, 1);
}

/** Stages that begin at the same step share a line. */
function boundariesOf(run: Run): Boundary[] {
  const names = new Map<number, string[]>();
  for (const stage of run.stages) {
    if (stage.startX !== undefined) {
      names.set(stage.startX, [...(names.get(stage.startX) ?? []), stage.name]);
    }
  }
  for (const { x, label } of run.changes) {
    names.set(x, [...(names.get(x) ?? []), words(label)]);
  }
  return [...names].sort(([a], [b]) => a - b).map(([x, at]) => ({ x, label: at.join(" · ") }));
}

/** Says what is left out; `detail` are the points that were read of the part that is zoomed into. */
function thinnedTo(run: Run, detail: number | undefined, replayed: boolean): string {
  if (run.points <= run.steps.length) {
    return "";
  }
  if (detail !== undefined) {
    return `This part is drawn from ${count(detail)} points.`;
  }
  const drawn = `${count(run.steps.length)} of ${count(run.points)} points are drawn, among them every peak.`;
  return replayed ? drawn : `${drawn} Zoom in to see all points of a part.`;
}

function describe(panel: Panel, run: Run): string {
  const points = run.points;
  return points === 0
    ? "No steps yet."
    : `${count(points)} steps, last ${panel.format(run.steps.at(panel.told, -1))}.`;
}

function padded(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) {
    return [0, 1];
  }
  const pad = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  // Values that are never negative get no negative axis.
  return [low >= 0 ? Math.max(0, low - pad) : low - pad, high + pad];
}

function clamped([low, high]: [number, number]): [number, number] {
  return [Math.max(0, low), Math.min(1, high)];
}
