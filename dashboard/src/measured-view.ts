// What the finished run's exported models are measured to be: sizes, and which classes are confused.
import { classesView } from "./classes-view";
import { h } from "./dom";
import { runFile } from "./gateway";
import type { Run } from "./run-state";
import { SizesView } from "./sizes-view";

export interface Measured {
  readonly stage: string;
  readonly accuracy: number;
  readonly achievedSparsity: number;
  readonly bytes: { readonly onnx: number; readonly gzip: number };
  readonly latencyMicros: { readonly p50: number };
  readonly confusionMatrix: readonly (readonly number[])[];
  readonly sizes?: Readonly<Record<string, number | string>> | null;
}

export interface Measurements {
  /** By label; none where the data set does not know. */
  readonly classNames?: readonly string[];
  readonly stages: readonly Measured[];
}

export class MeasuredView {
  readonly element = h("div", { class: "columns", hidden: true });

  private asked = false;
  private loaded = false;

  constructor(private readonly run: string) {}

  update(run: Run): void {
    const over = run.state === "RUN_STATE_SUCCEEDED";
    this.element.hidden = !this.loaded || !over;
    if (!this.asked && over && run.exports.length > 0) {
      this.asked = true;
      void this.load().catch(() => undefined);
    }
  }

  private async load(): Promise<void> {
    const measured = await runFile<Measurements>(this.run, "measurements.json");
    const last = measured?.stages.at(-1);
    if (!measured || !last) {
      return;
    }
    this.loaded = true;
    this.element.hidden = false;
    this.element.replaceChildren(
      new SizesView(measured.stages).element,
      classesView(last.stage, last.confusionMatrix, measured.classNames ?? []),
    );
  }
}
