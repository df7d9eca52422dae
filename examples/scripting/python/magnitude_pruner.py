"""A pruner in Python: keeps the weights of largest magnitude. Scenarios name it bus:python-magnitude."""

import espalier


def scores(question):
    """One score for each weight: higher is more worth keeping."""
    return [abs(weight) for weight in question["weights"]]


espalier.answer("pruner", "python-magnitude", scores)
