// The step points of a run: columns in typed arrays that grow by doubling, so that a run of a
// hundred thousand steps stays a few megabytes, and the last points can be cut off.

/** What is kept of every optimizer step. `x` is the step counted over all stages. */
export const COLUMNS = [
  "x",
  "stage",
  "step",
  "epoch",
  "time",
  "loss",
  "lossMean",
  "accuracy",
  "accuracyMean",
  "learningRate",
  "samplesPerSecond",
  "sparsity",
  "target",
] as const;

export type Column = (typeof COLUMNS)[number];

/** One point; the running means are the series' own. Unknown values are NaN. */
export type StepPoint = Record<Exclude<Column, "lossMean" | "accuracyMean">, number>;

/** Weight of a new value in the running means: they look back over some 20 steps. */
export const MEAN_WEIGHT = 0.1;

const FIRST_CAPACITY = 256;

export class StepSeries {
  /** Number of points. */
  length = 0;

  private readonly columns: Record<Column, Float64Array>;

  constructor() {
    this.columns = Object.fromEntries(
      COLUMNS.map((name) => [name, new Float64Array(FIRST_CAPACITY)]),
    ) as Record<Column, Float64Array>;
  }

  /** Puts the running means of the last point right, where points before it were left out. */
  setMeans(loss: number, accuracy: number): void {
    this.columns.lossMean[this.length - 1] = loss;
    this.columns.accuracyMean[this.length - 1] = accuracy;
  }

  /** The values of one column, as a view that is valid until the series changes. */
  column(name: Column): Float64Array {
    return this.columns[name].subarray(0, this.length);
  }

  /** One value; a negative index counts from the end. NaN where there is no such point. */
  at(name: Column, index: number): number {
    const i = index < 0 ? this.length + index : index;
    return i >= 0 && i < this.length ? this.columns[name][i]! : NaN;
  }

  append(point: StepPoint): void {
    this.reserve();
    const i = this.length++;
    for (const name of Object.keys(point) as (keyof StepPoint)[]) {
      this.columns[name][i] = point[name];
    }
    // Means start anew with every stage, and pass over values that are not numbers.
    const { stage, lossMean, accuracyMean } = this.columns;
    const goesOn = i > 0 && stage[i - 1] === point.stage;
    lossMean[i] = mean(goesOn ? lossMean[i - 1]! : NaN, point.loss);
    accuracyMean[i] = mean(goesOn ? accuracyMean[i - 1]! : NaN, point.accuracy);
  }

  /** Takes over what another series has after the last point here. */
  appendFrom(other: StepSeries): void {
    const from = other.indexAfter(this.length > 0 ? this.at("x", -1) : -Infinity);
    for (let i = from; i < other.length; i++) {
      this.reserve();
      const at = this.length++;
      for (const name of COLUMNS) {
        this.columns[name][at] = other.columns[name][i]!;
      }
    }
  }

  private indexAfter(x: number): number {
    let index = this.length;
    while (index > 0 && this.columns.x[index - 1]! > x) {
      index--;
    }
    return index;
  }

  /** True if the point (stage, step) would come after all points here. */
  isAfterLast(stage: number, step: number): boolean {
    const lastStage = this.at("stage", -1);
    return (
      this.length === 0 || stage > lastStage || (stage === lastStage && step > this.at("step", -1))
    );
  }

  /** Cuts off all points after (stage, step), and tells how many those were. */
  truncateAfter(stage: number, step: number): number {
    const before = this.length;
    const { stage: stages, step: steps } = this.columns;
    while (this.length > 0) {
      const last = this.length - 1;
      if (stages[last]! < stage || (stages[last] === stage && steps[last]! <= step)) {
        break;
      }
      this.length = last;
    }
    return before - this.length;
  }

  private reserve(): void {
    if (this.length < this.columns.x.length) {
      return;
    }
    for (const name of COLUMNS) {
      const grown = new Float64Array(this.length * 2);
      grown.set(this.columns[name]);
      this.columns[name] = grown;
    }
  }
}

function mean(before: number, value: number): number {
  if (!Number.isFinite(value)) {
    return before;
  }
  return Number.isFinite(before) ? before + MEAN_WEIGHT * (value - before) : value;
}
