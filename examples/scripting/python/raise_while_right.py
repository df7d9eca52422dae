"""A listener in Python: raises the target sparsity after each epoch that is right often enough.

Scenarios name it bus:raise-while-right; the argument is the accuracy to stay above.
"""

import espalier

RAISE = 0.05
MOST = 0.95


def wanted(question):
    """What to change after an epoch; nothing while the schedule is on its way or accuracy is low."""
    epoch = question["epochEnded"]
    step = epoch["step"]
    target = step.get("targetSparsity")
    if target is None or step["step"] == epoch["totalSteps"]:
        return None
    if epoch["accuracy"] < float(question["arguments"]) or target + RAISE > MOST:
        return None
    return {"changes": {"targetSparsity": round(target + RAISE, 2)}}


espalier.answer("listener", "raise-while-right", wanted)
