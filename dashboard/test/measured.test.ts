import { describe, expect, it } from "vitest";
import { figuresOf } from "../src/classes-view";
import { arcs } from "../src/graph-lanes";
import type { Measured } from "../src/measured-view";
import { waterfall } from "../src/sizes-view";
import { StepSeries, type StepPoint } from "../src/step-series";

function model(stage: string, sizes: Record<string, number | string>): Measured {
  const bytes = { onnx: Number(sizes["onnx"]), gzip: Number(sizes["gzip"]) };
  const latencyMicros = { p50: 1 };
  return {
    stage,
    accuracy: 1,
    achievedSparsity: 0,
    bytes,
    latencyMicros,
    confusionMatrix: [],
    sizes,
  };
}

describe("the waterfall of sizes", () => {
  const first = model("dense", { onnx: 1_000, gzip: 900 });
  const last = model("pruned", {
    onnx: 1_000,
    gzip: 400,
    espalier: 200,
    entropyBound: 190,
    smallest: "espalier",
  });

  it("falls from the first file to the least that is possible", () => {
    const bars = waterfall(first, last);
    expect(bars.map((bar) => bar.value)).toEqual([1_000, 1_000, 400, 200, 190]);
    expect(bars.map((bar) => bar.before)).toEqual([1_000, 1_000, 1_000, 400, 200]);
  });

  it("names the smallest encoding and marks the bound", () => {
    const bars = waterfall(first, last);
    expect(bars[3]!.note).toBe("smallest");
    expect(bars.map((bar) => bar.bound)).toEqual([false, false, false, false, true]);
  });

  it("begins with the model itself where it is the first", () => {
    expect(waterfall(first, first).map((bar) => bar.label)).toEqual(["dense, ONNX", "dense, gzip"]);
  });
});

describe("figures of each class", () => {
  it("are those of their definitions", () => {
    const [zero, one] = figuresOf([
      [8, 2],
      [4, 6],
    ]);
    expect(zero).toEqual({ samples: 10, recall: 0.8, precision: 8 / 12, f1: 16 / 22 });
    expect(one).toEqual({ samples: 10, recall: 0.6, precision: 6 / 8, f1: 12 / 18 });
  });
});

describe("the lines of a graph", () => {
  it("run straight down a chain", () => {
    expect(arcs([[], [0], [1]])).toEqual({
      lanes: 0,
      edges: [
        { from: 0, to: 1, lane: -1 },
        { from: 1, to: 2, lane: -1 },
      ],
    });
  });

  it("never share a lane where they pass each other", () => {
    const { lanes, edges } = arcs([[], [0], [1], [2, 0], [3], [4, 3], [5, 0]]);
    expect(lanes).toBe(2);
    const long = edges.filter((edge) => edge.lane >= 0);
    for (const a of long) {
      for (const b of long) {
        expect(a === b || a.lane !== b.lane || a.to <= b.from || b.to <= a.from).toBe(true);
      }
    }
  });
});

describe("a series", () => {
  const at = (x: number): StepPoint => ({ x, loss: x }) as StepPoint;

  it("takes over what another has after its own end", () => {
    const detail = new StepSeries();
    detail.append(at(1));
    detail.append(at(2));
    const whole = new StepSeries();
    [1, 2, 3, 4].forEach((x) => whole.append(at(x)));

    detail.appendFrom(whole);
    detail.appendFrom(whole);

    expect([...detail.column("x")]).toEqual([1, 2, 3, 4]);
    expect([...detail.column("lossMean")].slice(2)).toEqual([...whole.column("lossMean")].slice(2));
  });
});
