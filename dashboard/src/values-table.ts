// The curves in figures, for those who cannot see them or want to copy them: the last values of every
// stage and some in between.
import { h, rebuild } from "./dom";
import { count, figure, percent } from "./format";
import type { Run } from "./run-state";
import type { Column, StepSeries } from "./step-series";

const ROWS = 20;

const COLUMNS: readonly (readonly [title: string, column: Column, told: (v: number) => string])[] =
  [
    ["Loss", "loss", figure],
    ["Accuracy", "accuracy", (value) => percent(value, 1)],
    ["Sparsity", "sparsity", (value) => percent(value, 1)],
    ["Target", "target", (value) => percent(value, 1)],
    ["Learning rate", "learningRate", figure],
    ["Samples/s", "samplesPerSecond", count],
  ];

export class ValuesTable {
  readonly element: HTMLDetailsElement;

  private readonly host = h("div", {
    class: "scroll tall",
    tabindex: 0,
    role: "group",
    "aria-label": "Values of the curves",
  });

  constructor(redraw: () => void) {
    this.element = h(
      "details",
      { class: "values" },
      h("summary", {}, "Values as a table"),
      this.host,
    );
    this.element.addEventListener("toggle", redraw);
  }

  update(run: Run): void {
    const { steps } = run;
    this.element.hidden = steps.length === 0;
    if (this.element.open) {
      const key = `${run.id}/${steps.length}/${run.voidedPoints}/${run.appliedSeq}`;
      rebuild(this.host, key, () => [table(run)]);
    }
  }
}

/** The points that are told: about ROWS, evenly, and the last of every stage. */
export function told(steps: StepSeries): number[] {
  const rows = new Set<number>();
  const last = steps.length - 1;
  for (let i = 1; i <= ROWS; i++) {
    rows.add(Math.round((last * i) / ROWS));
  }
  const stage = steps.column("stage");
  for (let i = 0; i <= last; i++) {
    if (i === last || stage[i] !== stage[i + 1]) {
      rows.add(i);
    }
  }
  return [...rows].filter((i) => i >= 0).sort((a, b) => a - b);
}

function table(run: Run): HTMLElement {
  const { steps } = run;
  const head = ["Step", ...COLUMNS.map(([title]) => title)];
  return h(
    "table",
    {},
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "Stage"),
        ...head.map((title) => h("th", { scope: "col", class: "number" }, title)),
      ),
    ),
    h(
      "tbody",
      {},
      ...told(steps).map((i) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, run.stages[steps.at("stage", i)]?.name ?? ""),
          h("td", { class: "number" }, count(steps.at("step", i))),
          ...COLUMNS.map(([, column, format]) => {
            const value = steps.at(column, i);
            return h("td", { class: "number" }, Number.isNaN(value) ? "–" : format(value));
          }),
        ),
      ),
    ),
  );
}
