// Stops runs whose accuracy falls, inside the process: espalier run SCENARIO.yaml --script stop-when-worse.js
const DROP = 0.15;
const accuracy = new Map();

function onEvent({ run, step, runFinished }) {
  if (runFinished) {
    accuracy.delete(run);
  }
  if (!step) {
    return;
  }
  const seen = accuracy.get(run) ?? { mean: step.accuracy, best: 0, stopped: false };
  accuracy.set(run, seen);
  seen.mean = 0.9 * seen.mean + 0.1 * step.accuracy;
  seen.best = Math.max(seen.best, seen.mean);
  if (!seen.stopped && seen.best - seen.mean > DROP) {
    seen.stopped = true;
    espalier.request("run.cancel", { run });
    espalier.log(`stopped at sparsity ${step.sparsity.toFixed(3)}`);
  }
}
