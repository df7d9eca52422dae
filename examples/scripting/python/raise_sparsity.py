"""Raises a run's sparsity until accuracy falls: python3 raise_sparsity.py SCENARIO.json DROP"""

import sys

import espalier

WAIT, RAISE = 10, 0.02

scenario = espalier.read_scenario()
scenario["stages"][1]["scheduler"]["parameters"].update(finalSparsity=0.5, end=40)
run = espalier.submit(scenario)
drop = float(sys.argv[2])
accuracy = espalier.Accuracy()
target, changed, fallen = 0.5, 40, False
for event in espalier.events(run):
    step = event.get("step")
    if not step:
        continue
    worse = accuracy.add(step["accuracy"])
    if "targetSparsity" not in step or fallen or step["step"] < changed + WAIT:
        continue
    if worse > drop:
        fallen = True
        print(f"accuracy falls at sparsity {step['sparsity']:.3f}")
    elif target + RAISE < 1:
        target = round(target + RAISE, 2)
        changed = step["step"]
        try:
            espalier.change(run, "targetSparsity", target)
        except espalier.Refused as refused:
            print("no longer raised:", refused)
            fallen = True
print(f"{run} ends with sparsity {target}")
