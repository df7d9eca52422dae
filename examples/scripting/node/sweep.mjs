// Runs a scenario with each of some sparsities: node sweep.mjs SCENARIO.json 0.5 0.8 0.95
import { events, readScenario, submit } from "./espalier.mjs";

const runs = [];
for (const sparsity of process.argv.slice(3)) {
  const scenario = await readScenario();
  scenario.stages[1].scheduler.parameters.finalSparsity = Number(sparsity);
  runs.push([sparsity, await submit(scenario)]);
}

console.log("sparsity accuracy run");
for (const [sparsity, run] of runs) {
  let accuracy;
  for await (const { metric } of events(run)) {
    if (metric?.name === "accuracy") {
      accuracy = metric.value;
    }
  }
  console.log(sparsity, accuracy.toFixed(4), run);
}
