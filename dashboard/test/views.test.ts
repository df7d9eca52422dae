import { describe, expect, it } from "vitest";
import { smoothed } from "../src/smoothing";
import { front } from "../src/pareto";
import { newRun, reduce } from "../src/run-state";
import { load } from "../src/snapshot";
import type { RunEventJson } from "../src/wire";

describe("a snapshot", () => {
  const log: RunEventJson[] = [
    { seq: 1, timeMillis: 10, runStarted: { scenario: "s", stages: [{ name: "train" }] } },
    { seq: 2, timeMillis: 20, stageStarted: { index: 0, name: "train", totalSteps: 3 } },
    { seq: 3, timeMillis: 30, step: { step: 1, loss: 2, sparsity: 0.1, targetSparsity: 0.2 } },
    { seq: 4, timeMillis: 40, metric: { subject: "validation", name: "loss", value: 1, step: 1 } },
    { seq: 5, timeMillis: 50, step: { step: 2, loss: 1, sparsity: 0.3 } },
    { seq: 6, timeMillis: 60, stageFinished: { index: 0 } },
  ];

  it("gives the state that its events would give", () => {
    const plain = newRun("a");
    log.forEach((event) => reduce(plain, event));
    const loaded = newRun("a");

    load(loaded, {
      lastSeq: 6,
      events: log.filter((event) => !event.step),
      curves: {
        points: 2,
        seq: [3, 5],
        stage: [0, 0],
        step: [1, 2],
        epoch: [0, 0],
        timeMillis: [30, 50],
        loss: [2, 1],
        accuracy: [0, 0],
        learningRate: [0, 0],
        samplesPerSecond: [0, 0],
        sparsity: [0.1, 0.3],
        target: [0.2, -1],
        lossMean: [2, 1.9],
        accuracyMean: [0, 0],
      },
    });

    expect(loaded).toEqual(plain);
  });

  it("counts the points that it leaves out", () => {
    const run = newRun("a");
    load(run, { lastSeq: 1_000_000, curves: { points: 999_990, seq: [] } });
    expect(run.points).toBe(999_990);
    expect(run.appliedSeq).toBe(1_000_000);
  });
});

describe("the Pareto front", () => {
  const row = (accuracy: number, sparsity: number) => ({ accuracy, sparsity });

  it("keeps what no other beats in both", () => {
    const rows = [row(0.9, 0.5), row(0.8, 0.9), row(0.7, 0.8), row(0.95, 0), row(0.85, 0.5)];
    expect(front(rows, (r) => r.sparsity, true)).toEqual([rows[1], rows[0], rows[3]]);
  });

  it("takes less for better where it is told so", () => {
    const rows = [row(0.9, 5), row(0.9, 3), row(0.7, 9)];
    expect(front(rows, (r) => r.sparsity, false)).toEqual([rows[1]]);
  });
});

describe("smoothing", () => {
  it("begins without bias and passes over what is no number", () => {
    expect([...smoothed(Float64Array.of(2, NaN, 2), 0.9)]).toEqual([2, 2, 2]);
  });
});
