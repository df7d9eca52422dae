// Raises a run's sparsity until accuracy falls: node raise-sparsity.mjs SCENARIO.json DROP
import { Accuracy, Refused, change, events, readScenario, submit } from "./espalier.mjs";

const WAIT = 10;
const RAISE = 0.02;

const scenario = await readScenario();
Object.assign(scenario.stages[1].scheduler.parameters, { finalSparsity: 0.5, end: 40 });
const run = await submit(scenario);
const drop = Number(process.argv[3]);
const accuracy = new Accuracy();
let target = 0.5;
let changed = 40;
let fallen = false;
for await (const { step } of events(run)) {
  if (!step) {
    continue;
  }
  const worse = accuracy.add(step.accuracy);
  if (step.targetSparsity === undefined || fallen || step.step < changed + WAIT) {
    continue;
  }
  if (worse > drop) {
    fallen = true;
    console.log(`accuracy falls at sparsity ${step.sparsity.toFixed(3)}`);
  } else if (target + RAISE < 1) {
    target = Number((target + RAISE).toFixed(2));
    changed = step.step;
    await change(run, "targetSparsity", target).catch((refused) => {
      if (!(refused instanceof Refused)) {
        throw refused;
      }
      console.log("no longer raised:", refused.message);
      fallen = true;
    });
  }
}
console.log(`${run} ends with sparsity ${target}`);
