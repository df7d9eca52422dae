"""A scheduler in Python: prunes in three equal steps. Scenarios name it bus:three-steps."""

import espalier


def updates(question):
    """Pairs of a step and its sparsity; the argument is the final sparsity."""
    total = question["makeSchedule"]["totalSteps"]
    final = float(question["arguments"])
    return [(total * part // 4, final * part / 3) for part in (1, 2, 3)]


espalier.answer("scheduler", "three-steps", updates)
