// The curves of several runs, one over the other: loss, accuracy and sparsity over the steps.
import { Chart, type Curve } from "./chart";
import { h } from "./dom";
import { count, figure, percent } from "./format";
import { overlay } from "./overlay";
import type { Run } from "./run-state";
import type { Column } from "./step-series";
import { zoomByKey, type Range } from "./zoom";

/** A run to be compared, and the name of the CSS custom property that is its colour. */
export interface Compared {
  readonly run: Run;
  readonly name: string;
  readonly color: string;
}

interface Panel {
  readonly title: string;
  /** Whether it is a share, from 0 to 1. */
  readonly share?: boolean;
  readonly column: Column;
  readonly format: (value: number) => string;
}

const PANELS: readonly Panel[] = [
  { title: "Loss, running mean", column: "lossMean", format: figure },
  {
    title: "Accuracy, running mean",
    column: "accuracyMean",
    share: true,
    format: (value) => percent(value, 1),
  },
  { title: "Sparsity", column: "sparsity", share: true, format: (value) => percent(value, 1) },
];

export class CompareCurves {
  readonly element: HTMLElement;

  private readonly grid = h("div", { class: "charts" });
  private charts: readonly Chart[] = [];
  private readonly whole: Range;
  private zoom: Range | undefined;
  private readonly reset = h("button", { type: "button", hidden: true }, "Show all steps");
  private readonly dark = matchMedia("(prefers-color-scheme: dark)");
  private readonly onTheme = (): void => this.draw();

  constructor(private readonly runs: readonly Compared[]) {
    const log = h("input", { type: "checkbox" });
    log.addEventListener("change", () => {
      this.build(log.checked);
      this.draw();
    });
    this.whole = [0, Math.max(1, ...runs.map(({ run }) => run.steps.at("x", -1) || 0))];
    this.element = h(
      "section",
      { "aria-labelledby": "overlay-title", "data-overlay": runs.length },
      h(
        "div",
        { class: "section-head" },
        h("h2", { id: "overlay-title" }, "Curves"),
        h("label", {}, log, " log loss"),
        this.reset,
      ),
      this.grid,
    );
    this.build(false);
    this.reset.addEventListener("click", () => this.setZoom(undefined));
    this.dark.addEventListener("change", this.onTheme);
  }

  private build(log: boolean): void {
    const curves = this.runs.map(({ name, color }): Curve => ({ label: name, color, width: 2 }));
    this.charts.forEach((chart) => chart.destroy());
    this.charts = PANELS.map(
      ({ title, column, format, share }) =>
        new Chart({
          title,
          curves,
          format,
          yRange: (low, high) =>
            low === null || high === null ? [0, 1] : spread(low, high, share ? 1 : Infinity),
          log: log && column === "lossMean",
          onZoom: (range) => this.setZoom(range),
          onKey: (key) => zoomByKey(key, this.zoom, this.whole, (range) => this.setZoom(range)),
        }),
    );
    this.grid.replaceChildren(...this.charts.map((chart) => chart.element));
  }

  /** Call once it is in the page, since curves are thinned to the width there. */
  draw(): void {
    const range = this.zoom ?? this.whole;
    const all = this.runs.map(({ run }) => run.steps);
    PANELS.forEach(({ column, format }, i) => {
      const chart = this.charts[i]!;
      const told = this.runs.map(
        ({ run, name }) =>
          `${name}: ${count(run.points)} steps, last ${format(run.steps.at(column, -1))}`,
      );
      chart.update(overlay(all, column, range, chart.columns), range, [], `${told.join("; ")}.`);
    });
  }

  destroy(): void {
    this.dark.removeEventListener("change", this.onTheme);
    this.charts.forEach((chart) => chart.destroy());
  }

  private setZoom(range: Range | undefined): void {
    this.zoom = range;
    this.reset.hidden = range === undefined;
    this.draw();
  }
}

function spread(low: number, high: number, most: number): [number, number] {
  const pad = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  return [low >= 0 ? Math.max(0, low - pad) : low - pad, Math.min(most, high + pad)];
}
