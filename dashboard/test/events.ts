// Builds run events for tests, in the form in which the gateway sends them.
import type { RunEventJson } from "../src/wire";

export const RUN = "run-1";

export type EventBody = Omit<RunEventJson, "run" | "seq" | "timeMillis">;

/** Gives the bodies their sequence numbers; each event is 100 ms after the one before. */
export function eventLog(...bodies: EventBody[]): RunEventJson[] {
  return bodies.map((body, i) => ({ run: RUN, seq: i + 1, timeMillis: 1000 + i * 100, ...body }));
}

export function started(...stages: string[]): EventBody {
  return {
    runStarted: {
      scenario: "lenet",
      dataset: "mnist",
      seed: "42",
      stages: stages.map((name) => ({ name, kind: name })),
    },
  };
}

export function stageStarted(index: number, totalSteps = 0): EventBody {
  return { stageStarted: { index, name: `s${index}`, kind: "train", totalSteps } };
}

export function stageFinished(index: number, seconds = 1): EventBody {
  return { stageFinished: { index, name: `s${index}`, kind: "train", seconds } };
}

export function step(stageIndex: number, step: number, loss = 1 / step): EventBody {
  return {
    step: {
      stageIndex,
      step,
      epoch: 1,
      loss,
      accuracy: 0.5,
      learningRate: 0.1,
      samplesPerSecond: 1000,
      sparsity: 0.25,
    },
  };
}

export function metric(stageIndex: number, value: number, step = 0, name = "accuracy"): EventBody {
  return { metric: { stageIndex, subject: "test", name, value, step } };
}

export function layers(stageIndex: number, step: number, zeros: number): EventBody {
  return {
    layerSparsity: { stageIndex, step, layers: [{ layer: "conv1", weights: 100, zeros }] },
  };
}

export function resumed(stageIndex: number, step: number): EventBody {
  return { runResumed: { stageIndex, step } };
}
