// The current figures of a run, those of its last step.
import { h, setText } from "./dom";
import { count, figure, NONE, percent } from "./format";
import { stepOf } from "./pipeline-view";
import type { Run } from "./run-state";

type Figure = (run: Run) => { value: string; note?: string };

const FIGURES: Record<string, Figure> = {
  Step: (run) => {
    const total = run.stages[run.stageIndex]?.totalSteps ?? 0;
    const value = total > 0 || stepOf(run) > 0 ? count(stepOf(run)) : NONE;
    return total > 0 ? { value, note: `of ${count(total)}` } : { value };
  },
  Epoch: (run) => ({ value: count(run.steps.at("epoch", -1)) }),
  Loss: (run) =>
    run.steps.length === 0
      ? { value: NONE }
      : {
          value: figure(run.steps.at("loss", -1)),
          note: `mean ${figure(run.steps.at("lossMean", -1))}`,
        },
  Accuracy: (run) =>
    run.steps.length === 0
      ? { value: NONE }
      : {
          value: percent(run.steps.at("accuracy", -1)),
          note: `mean ${percent(run.steps.at("accuracyMean", -1))}`,
        },
  "Learning rate": (run) => ({
    value: run.steps.length === 0 ? NONE : figure(run.steps.at("learningRate", -1)),
  }),
  "Samples/s": (run) => ({ value: count(run.steps.at("samplesPerSecond", -1)) }),
  Sparsity: (run) => ({ value: percent(sparsity(run)) }),
  "Target sparsity": (run) => ({ value: percent(run.steps.at("target", -1)) }),
};

/** That of the last step, or of the masks where a stage prunes without training. */
export function sparsity(run: Run): number {
  const layers = run.layers.last();
  const stage = run.steps.at("stage", -1);
  if (
    !layers ||
    layers.stage < stage ||
    (layers.stage === stage && layers.step <= run.steps.at("step", -1))
  ) {
    return run.steps.at("sparsity", -1);
  }
  const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
  return sum(layers.zeros) / sum(layers.weights);
}

export class FiguresView {
  readonly element: HTMLElement;

  private readonly source = h("p", { class: "note" });
  private readonly tiles = Object.keys(FIGURES).map((name) => ({
    figure: FIGURES[name]!,
    name,
    value: h("span", { class: "value" }, NONE),
    note: h("span", { class: "note" }),
  }));

  constructor() {
    const list = h(
      "dl",
      { class: "figures" },
      ...this.tiles.map(({ name, value, note }) =>
        h("div", { "data-figure": name }, h("dt", {}, name), h("dd", {}, value, note)),
      ),
    );
    this.element = h("section", { "aria-label": "Current figures" }, list, this.source);
  }

  update(run: Run): void {
    this.element.hidden = run.steps.length === 0 && !run.stages[run.stageIndex]?.totalSteps;
    for (const { figure, value, note } of this.tiles) {
      const shown = figure(run);
      setText(value, shown.value);
      setText(note, shown.note ?? "");
    }
    const trained = run.steps.length > 0 ? run.steps.at("stage", -1) : -1;
    const other =
      trained >= 0 && trained !== run.stageIndex ? run.stages[trained]?.name : undefined;
    setText(this.source, other ? `Training figures are those of the last step of ${other}.` : "");
  }
}
