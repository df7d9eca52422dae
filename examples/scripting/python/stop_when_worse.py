"""Starts a run and stops it when accuracy falls: python3 stop_when_worse.py SCENARIO.json DROP"""

import sys

import espalier

run = espalier.submit(espalier.read_scenario())
drop = float(sys.argv[2])
accuracy = espalier.Accuracy()
stopped = False
for event in espalier.events(run):
    if "step" in event and not stopped and accuracy.add(event["step"]["accuracy"]) > drop:
        espalier.cancel(run)
        stopped = True
        print(f"stopped at sparsity {event['step']['sparsity']:.3f}: accuracy fell from"
              f" {accuracy.best:.3f} to {accuracy.mean:.3f}")
if not stopped:
    print(f"not stopped: accuracy stayed within {drop} of {accuracy.best:.3f}")
