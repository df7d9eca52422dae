// Raises a run's sparsity until accuracy falls, once its schedule has ended, inside the process:
// espalier run SCENARIO.yaml --script raise-sparsity.js
const DROP = 0.1;
const WAIT = 10;
const RAISE = 0.02;
let mean;
let best = 0;
let target;
let since = 0;
let asked = 0;
let fallen = false;

function onEvent({ run, step, runFinished }) {
  if (runFinished) {
    espalier.log(`ends with sparsity ${target.toFixed(2)}`);
  }
  if (!step) {
    return;
  }
  mean = 0.9 * (mean ?? step.accuracy) + 0.1 * step.accuracy;
  best = Math.max(best, mean);
  if (step.targetSparsity === undefined) {
    return;
  }
  if (step.targetSparsity !== target) {
    target = step.targetSparsity;
    since = step.step;
  }
  fallen ||= best - mean > DROP;
  const higher = Number((target + RAISE).toFixed(2));
  if (fallen || step.step < since + WAIT || higher >= 1 || higher <= asked) {
    return;
  }
  asked = higher;
  try {
    espalier.request("run.set", { run, name: "targetSparsity", value: higher });
  } catch (refused) {
    fallen = true;
  }
}
