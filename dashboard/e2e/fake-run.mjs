// A run that is made up: plausible events of a pipeline, one after another, for a gateway that is
// none. The same seed gives the same curves.

const STAGES = [
  { name: "train", kind: "train", steps: 400 },
  { name: "baseline", kind: "evaluate", steps: 0 },
  { name: "prune", kind: "prune", steps: 600 },
  { name: "fine-tune", kind: "fine-tune", steps: 300 },
  { name: "test", kind: "evaluate", steps: 0 },
  { name: "export", kind: "export", steps: 0 },
];

const LAYERS = [
  ["features.conv1", 864],
  ["features.conv2", 18_432],
  ["features.conv3", 73_728],
  ["features.conv4", 147_456],
  ["classifier.fc1", 524_288],
  ["classifier.fc2", 5_120],
];

const FINAL_SPARSITY = 0.8;

/** Small and fast; good enough for curves. */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function stagesOf(scale) {
  return STAGES.map((stage) => ({ ...stage, steps: Math.round(stage.steps * scale) }));
}

/**
 * Bodies of the events of a whole run. `crashAt` is the step of the pruning stage after which the
 * process ends: then come `null` and, when asked on, the resumption from the last checkpoint.
 */
export function* play({ scenario, dataset, seed, scale = 1, crashAt = 0, failAt = 0 }) {
  const stages = stagesOf(scale);
  const noise = random(seed);
  const infos = stages.map(({ name, kind }) => ({ name, kind }));
  yield { runStarted: { scenario, dataset, seed: String(seed), stages: infos } };
  yield log("INFO", `Model of ${LAYERS.length} prunable layers, seed ${seed}`);
  let trained = 0;
  for (const [index, stage] of stages.entries()) {
    const { name, kind, steps } = stage;
    yield { stageStarted: { index, name, kind, totalSteps: steps } };
    let crash = kind === "prune" ? Math.round(crashAt * scale) : 0;
    for (let step = 1; step <= steps; step++) {
      const sparsity = sparsityAt(index, step / steps);
      if (kind === "prune" && step % Math.max(1, Math.round(10 * scale)) === 0) {
        yield { layerSparsity: { stageIndex: index, step, layers: layersAt(sparsity) } };
      }
      yield { step: stepAt(index, kind, step, steps, trained + step, sparsity, scale, noise) };
      if (step % Math.round(100 * scale) === 0) {
        yield { checkpointed: { stageIndex: index, step } };
        yield accuracy(index, "validation", quality(trained + step, sparsity, scale), step);
      }
      if (step === crash) {
        crash = 0;
        step -= Math.round(60 * scale);
        yield null;
        yield { runResumed: { stageIndex: index, step } };
        yield log("WARN", `Resumed from the checkpoint at step ${step}`);
      }
      if (kind === "prune" && step === Math.round(failAt * scale)) {
        const message = "The loss is not a number.";
        yield log("ERROR", message);
        const code = "FAILURE_CODE_NUMERIC";
        yield { failure: { code, message, stage: name, cause: `step ${step}: NaN` } };
        yield { runFinished: { state: "RUN_STATE_FAILED", seconds: 60 } };
        return;
      }
    }
    trained += steps;
    if (kind === "evaluate") {
      const value = quality(trained, sparsityAt(index, 1), scale);
      yield accuracy(index, "test", value, 0);
      yield metric(index, "test", "loss", 1.9 * (1 - value), 0);
      yield metric(index, "model", "bytes", name === "test" ? 1_254_000 : 3_080_000, 0);
    }
    if (kind === "export") {
      for (const path of ["models/pruned.onnx", "measurements.json"]) {
        const sha256 = "8f14e45fceea167a5a36dedd4bea2543c1b9f5d9f2e8f2d3b2a4c6e8f0a1b2c3";
        const exported = { stageIndex: index, name: path.split("/").at(-1), path, sha256 };
        yield { exported: { ...exported, bytes: path.endsWith("onnx") ? 1_254_000 : 812 } };
      }
    }
    yield { stageFinished: { index, name, kind, seconds: steps / 50 + 0.4 } };
    yield log("INFO", `Stage ${name} done`);
  }
  yield { runFinished: { state: "RUN_STATE_SUCCEEDED", seconds: 60 } };
}

function stepAt(stageIndex, kind, step, steps, overall, sparsity, scale, noise) {
  const good = quality(overall, sparsity, scale);
  const wave = (noise() - 0.5) * 0.12;
  const result = {
    stageIndex,
    step,
    epoch: Math.ceil(step / (100 * scale)),
    loss: Math.max(0.01, 2.4 * (1 - good) + wave),
    accuracy: Math.round(64 * Math.min(1, Math.max(0, good + wave))) / 64,
    learningRate: 0.001 * 0.5 * (1 + Math.cos((Math.PI * step) / steps)),
    samplesPerSecond: 8200 + 400 * noise(),
    sparsity,
  };
  return kind === "prune" ? { ...result, targetSparsity: cubic(step / steps) } : result;
}

/** Rises with training, dips a little as weights go. */
function quality(overall, sparsity, scale) {
  return 0.985 - 0.88 * Math.exp(-overall / (110 * scale)) - 0.05 * sparsity ** 4;
}

function cubic(share) {
  return FINAL_SPARSITY * (1 - (1 - share) ** 3);
}

/** What is achieved follows the schedule in stairs. */
function sparsityAt(stage, share) {
  if (stage !== 2) {
    return stage < 2 ? 0 : FINAL_SPARSITY;
  }
  return cubic(Math.floor(share * 60) / 60);
}

function layersAt(sparsity) {
  return LAYERS.map(([layer, weights], i) => ({
    layer,
    weights,
    zeros: Math.round(weights * Math.min(0.98, sparsity * (0.7 + i * 0.08))),
  }));
}

function accuracy(stageIndex, subject, value, step) {
  return metric(stageIndex, subject, "accuracy", value, step);
}

function metric(stageIndex, subject, name, value, step) {
  return { metric: { stageIndex, subject, name, value, step } };
}

function log(level, message) {
  return { log: { level, message } };
}
