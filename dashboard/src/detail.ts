// All points of the part of a run that is looked at, where the server has thinned the whole.
import { readCurves } from "./gateway";
import type { Run } from "./run-state";
import { seriesOf } from "./snapshot";
import type { StepSeries } from "./step-series";

export class Detail {
  private asked = "";
  private series: StepSeries | undefined;
  private read: number | undefined;

  /** `arrived` is called when there is more to be drawn. */
  constructor(private readonly arrived: () => void) {}

  /** Asks for the points from one step to another, counted over all stages, if they are not here. */
  want(run: Run, range: readonly [number, number] | undefined): void {
    const thinned = run.points > run.steps.length;
    const key = range && thinned ? `${run.id}/${range.join("/")}/${run.voidedPoints}` : "";
    if (key === this.asked) {
      return;
    }
    this.asked = key;
    this.series = undefined;
    this.read = undefined;
    if (range && key) {
      const from = Math.min(run.points, Math.max(1, range[0]));
      const to = Math.min(run.points, Math.max(from, range[1]));
      void this.ask(key, run, from, to);
    }
  }

  /** How many points were read of the part; undefined while the whole is drawn. */
  get points(): number | undefined {
    return this.read;
  }

  /** What to draw: the part, with what has come since, or all there is. */
  steps(run: Run): StepSeries {
    this.series?.appendFrom(run.steps);
    return this.series ?? run.steps;
  }

  private async ask(key: string, run: Run, from: number, to: number): Promise<void> {
    try {
      const curves = await readCurves(run.id, from, to);
      if (key === this.asked) {
        this.series = seriesOf(curves, run);
        this.read = this.series.length;
        this.arrived();
      }
    } catch {
      // The thinned curves stay; looking at another part asks again.
    }
  }
}
