// Raises a run's sparsity until accuracy falls, inside the process: espalier run SCENARIO.yaml --script raise-sparsity.js
const DROP = 0.1;
const WAIT = 10;
const RAISE = 0.02;
let mean;
let best = 0;
let changed = 0;
let target = 0;
let fallen = false;

function onEvent({ run, step, runFinished }) {
  if (runFinished) {
    espalier.log(`ends with sparsity ${target}`);
  }
  if (!step) {
    return;
  }
  mean = 0.9 * (mean ?? step.accuracy) + 0.1 * step.accuracy;
  best = Math.max(best, mean);
  if (step.targetSparsity === undefined || fallen || step.step < changed + WAIT) {
    return;
  }
  fallen = best - mean > DROP;
  target = Math.max(target, Number(step.targetSparsity.toFixed(2)));
  if (!fallen && target + RAISE < 1) {
    target = Number((target + RAISE).toFixed(2));
    changed = step.step;
    try {
      espalier.request("run.set", { run, name: "targetSparsity", value: target });
    } catch (refused) {
      fallen = true;
    }
  }
}
