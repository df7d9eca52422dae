"""Runs a scenario with each of some sparsities: python3 sweep.py SCENARIO.json 0.5 0.8 0.95"""

import sys

import espalier

runs = {}
for sparsity in sys.argv[2:]:
    scenario = espalier.read_scenario()
    scenario["stages"][1]["scheduler"]["parameters"]["finalSparsity"] = float(sparsity)
    runs[sparsity] = espalier.submit(scenario)

print("sparsity accuracy run")
for sparsity, run in runs.items():
    metrics = [event["metric"] for event in espalier.events(run) if "metric" in event]
    accuracy = [metric["value"] for metric in metrics if metric["name"] == "accuracy"]
    print(f"{sparsity} {accuracy[-1]:.4f} {run}")
