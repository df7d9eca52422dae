// Runs a scenario to each of some sparsities, inside the process:
// espalier run SCENARIO.yaml --script sweep.js
const SPARSITIES = [0.6, 0.8, 0.95];
let nth = 0;
let asked = false;
let sparsity = 0;
let accuracy = 0;

function onEvent({ run, step, metric, runFinished }) {
  if (step) {
    sparsity = step.sparsity;
    if (step.targetSparsity !== undefined && !asked) {
      asked = true;
      espalier.request("run.set", { run, name: "targetSparsity", value: SPARSITIES[nth] });
    }
  } else if (metric?.name === "accuracy") {
    accuracy = metric.value;
  } else if (runFinished) {
    if (runFinished.state !== "RUN_STATE_SUCCEEDED") {
      throw new Error(`${run} ends as ${runFinished.state}`);
    }
    espalier.log("sparsity", sparsity.toFixed(3), "accuracy", accuracy.toFixed(4), run);
    nth++;
    asked = false;
    if (nth < SPARSITIES.length) {
      espalier.request("run.clone", { run });
    }
  }
}
