// Storing, thinning and aligning the points of curves.
import fc from "fast-check";
import { zoomedBy } from "../src/zoom";
import { describe, expect, it } from "vitest";
import { align } from "../src/align";
import { envelope, lowerBound } from "../src/downsample";
import { LayerHistory, MOST_SNAPSHOTS } from "../src/layer-history";
import { StepSeries, type StepPoint } from "../src/step-series";
import { overlay } from "../src/overlay";
import { told } from "../src/values-table";

function point(stage: number, step: number): StepPoint {
  return {
    x: stage * 1000 + step,
    stage,
    step,
    epoch: 1,
    time: 0,
    loss: step,
    accuracy: 0.5,
    learningRate: 0.1,
    samplesPerSecond: 1,
    sparsity: 0,
    target: NaN,
  };
}

describe("a series of steps", () => {
  it("keeps all points while it grows", () => {
    const series = new StepSeries();
    for (let step = 1; step <= 5000; step++) {
      series.append(point(0, step));
    }
    expect(series.length).toBe(5000);
    expect(series.column("loss").every((loss, i) => loss === i + 1)).toBe(true);
    expect(series.at("step", -1)).toBe(5000);
    expect(series.at("step", 5000)).toBeNaN();
  });

  it("cuts off what comes after a step", () => {
    const series = new StepSeries();
    [1, 2, 3].forEach((step) => series.append(point(0, step)));
    [1, 2].forEach((step) => series.append(point(1, step)));
    expect(series.truncateAfter(1, 1)).toBe(1);
    expect(series.truncateAfter(0, 2)).toBe(2);
    expect([...series.column("step")]).toEqual([1, 2]);
    expect(series.isAfterLast(0, 2)).toBe(false);
    expect(series.isAfterLast(0, 3)).toBe(true);
  });

  it("starts its running mean anew with every stage", () => {
    const series = new StepSeries();
    series.append(point(0, 10));
    series.append(point(0, 20));
    series.append(point(1, 7));
    expect([...series.column("lossMean")]).toEqual([10, 11, 7]);
  });
});

describe("the envelope of a curve", () => {
  const curve = fc.array(fc.oneof(fc.double({ min: -5, max: 5, noNaN: true }), fc.constant(NaN)), {
    minLength: 1,
    maxLength: 400,
  });

  it("keeps ends, extremes and order, and few enough points", () => {
    fc.assert(
      fc.property(curve, curve, fc.integer({ min: 1, max: 60 }), (a, b, columns) => {
        const length = Math.min(a.length, b.length);
        const curves = [a, b].map((values) => Float64Array.from(values.slice(0, length)));
        const x = Float64Array.from({ length }, (_, i) => i + 1);
        const kept = envelope(x, curves, 0, length, columns);
        expect(kept).toEqual([...new Set(kept)].sort((p, q) => p - q));
        expect(kept[0]).toBe(0);
        expect(kept.at(-1)).toBe(length - 1);
        expect(kept.length).toBeLessThanOrEqual(Math.max(columns * 2, (columns + 1) * 5 + 1));
        for (const values of curves) {
          const all = [...values].filter(Number.isFinite);
          const seen = kept.map((i) => values[i]!).filter(Number.isFinite);
          expect(Math.max(...seen)).toBe(Math.max(...all));
          expect(Math.min(...seen)).toBe(Math.min(...all));
        }
      }),
    );
  });

  it("keeps a single peak among a hundred thousand points", () => {
    const x = Float64Array.from({ length: 100_000 }, (_, i) => i);
    const flat = new Float64Array(100_000);
    flat[54_321] = 9;
    expect(envelope(x, [flat], 0, x.length, 500)).toContain(54_321);
  });

  it("finds the first point of a range", () => {
    const x = Float64Array.of(1, 3, 5);
    expect([0, 1, 2, 5, 6].map((value) => lowerBound(x, value))).toEqual([0, 0, 1, 2, 3]);
  });
});

describe("aligned curves and marks", () => {
  it("share one ascending list of x", () => {
    const x = Float64Array.of(1, 2, 3);
    const marks = [
      { x: 2, value: 0.5 },
      { x: 2.5, value: 0.6 },
    ];
    const aligned = align(x, [Float64Array.of(7, NaN, 9)], [0, 1, 2], [marks]);
    expect(aligned.x).toEqual([1, 2, 2.5, 3]);
    expect(aligned.values).toEqual([
      [7, null, null, 9],
      [null, 0.5, 0.6, null],
    ]);
  });
});

describe("curves of several runs", () => {
  const series = (...steps: number[]): StepSeries => {
    const made = new StepSeries();
    for (const step of steps) {
      const rest = { time: 0, epoch: 0, accuracy: 0, learningRate: 0, samplesPerSecond: 0 };
      made.append({ ...rest, x: step, stage: 0, step, loss: step, sparsity: step / 10, target: 0 });
    }
    return made;
  };

  it("share one ascending list of x", () => {
    const { x, values } = overlay([series(1, 3), series(2, 3)], "sparsity", [0, 9], 100);
    expect(x).toEqual([1, 2, 3]);
    expect(values).toEqual([
      [0.1, null, 0.3],
      [null, 0.2, 0.3],
    ]);
  });

  it("go on to the edges of a part", () => {
    const all = series(...Array.from({ length: 100 }, (_, i) => i + 1));
    expect(overlay([all], "loss", [50, 52], 100).x).toEqual([49, 50, 51, 52]);
  });

  it("are told in figures with the last of every stage", () => {
    const run = series(...Array.from({ length: 1_000 }, (_, i) => i + 1));
    run.column("stage").fill(1, 333);
    const rows = told(run);
    expect(rows).toContain(332);
    expect(rows.at(-1)).toBe(999);
    expect(rows.length).toBeLessThan(25);
    expect(told(series(7))).toEqual([0]);
  });
});

describe("the history of layers", () => {
  it("stays bounded, and keeps the newest", () => {
    const history = new LayerHistory();
    for (let step = 1; step <= 10_000; step++) {
      history.append({ stageIndex: 0, step, layers: [{ layer: "a", weights: 9, zeros: step }] });
    }
    expect(history.length).toBeLessThanOrEqual(MOST_SNAPSHOTS);
    expect(history.last()?.step).toBe(10_000);
    history.truncateAfter(0, 9_990);
    expect(history.last()?.step).toBe(9_990);
  });
});

describe("zooming by keyboard", () => {
  const whole = [0, 100] as const;

  it("halves the part around its middle, and doubles it again", () => {
    expect(zoomedBy("+", whole, whole)).toEqual([25, 75]);
    expect(zoomedBy("-", [40, 60], whole)).toEqual([30, 70]);
    expect(zoomedBy("-", [25, 75], whole)).toBeUndefined();
  });

  it("moves up to the ends", () => {
    expect(zoomedBy("ArrowRight", [20, 60], whole)).toEqual([30, 70]);
    expect(zoomedBy("ArrowRight", [58, 98], whole)).toEqual([60, 100]);
    expect(zoomedBy("ArrowLeft", [2, 42], whole)).toEqual([0, 40]);
  });

  it("leaves other keys alone", () => {
    expect(zoomedBy("a", whole, whole)).toBe(whole);
  });
});
