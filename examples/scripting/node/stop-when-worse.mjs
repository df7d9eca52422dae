// Starts a run and stops it when accuracy falls: node stop-when-worse.mjs SCENARIO.json DROP
import { Accuracy, cancel, events, readScenario, submit } from "./espalier.mjs";

const run = await submit(await readScenario());
const drop = Number(process.argv[3]);
const accuracy = new Accuracy();
let stopped = false;
for await (const { step } of events(run)) {
  if (step && !stopped && accuracy.add(step.accuracy) > drop) {
    await cancel(run);
    stopped = true;
    const fall = `from ${accuracy.best.toFixed(3)} to ${accuracy.mean.toFixed(3)}`;
    console.log(`stopped at sparsity ${step.sparsity.toFixed(3)}: accuracy fell ${fall}`);
  }
}
if (!stopped) {
  console.log(`not stopped: accuracy stayed within ${drop} of ${accuracy.best.toFixed(3)}`);
}
