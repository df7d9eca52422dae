// Watches runs inside the process: espalier run SCENARIO.yaml --script watch.js
function onEvent({ run, stageStarted, step, metric, failure, runFinished }) {
  if (stageStarted) {
    espalier.log("stage", stageStarted.name);
  } else if (step && step.step % 50 === 0) {
    const figures = `loss ${step.loss.toFixed(4)} accuracy ${step.accuracy.toFixed(3)}`;
    espalier.log(`step ${step.step} ${figures} sparsity ${step.sparsity.toFixed(3)}`);
  } else if (metric) {
    espalier.log(metric.name, metric.value);
  } else if (failure) {
    espalier.log(failure.message);
  } else if (runFinished) {
    espalier.log(run, "has ended");
  }
}
