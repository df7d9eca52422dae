// Starts a run and watches it: node watch.mjs SCENARIO.json
import { events, readScenario, submit } from "./espalier.mjs";

const run = await submit(await readScenario());
for await (const { stageStarted, step, metric, failure } of events(run)) {
  if (stageStarted) {
    console.log("stage", stageStarted.name);
  } else if (step && step.step % 50 === 0) {
    const figures = `loss ${step.loss.toFixed(4)} accuracy ${step.accuracy.toFixed(3)}`;
    console.log(`step ${step.step} ${figures} sparsity ${step.sparsity.toFixed(3)}`);
  } else if (metric) {
    console.log(metric.name, metric.value);
  } else if (failure) {
    console.error(failure.message);
    process.exit(1);
  }
}
console.log(run, "has ended");
