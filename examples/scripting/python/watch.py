"""Starts a run and watches it: python3 watch.py SCENARIO.json"""

import sys

import espalier

run = espalier.submit(espalier.read_scenario())
for event in espalier.events(run):
    if "stageStarted" in event:
        print("stage", event["stageStarted"]["name"])
    elif "step" in event and event["step"]["step"] % 50 == 0:
        step = event["step"]
        print(f"step {step['step']} loss {step['loss']:.4f} accuracy {step['accuracy']:.3f}"
              f" sparsity {step['sparsity']:.3f}")
    elif "metric" in event:
        print(event["metric"]["name"], event["metric"]["value"])
    elif "failure" in event:
        sys.exit(event["failure"]["message"])
print(run, "has ended")
