"""A client of an Espalier server. It needs nothing but Python's standard library.

ESPALIER_URL says where the server is, ESPALIER_TOKEN how to get in where it asks for a token.
"""

import array
import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.request

URL = os.environ.get("ESPALIER_URL", "http://127.0.0.1:8080").rstrip("/") + "/api/v1"
TOKEN = os.environ.get("ESPALIER_TOKEN")
GIVE_UP_SECONDS = 30


class Refused(Exception):
    """What the server answered in place of a result."""


def open_url(method, path, body=None, headers=None):
    """The response to a request; the server's own failure becomes Refused."""
    request = urllib.request.Request(URL + path, data=body, method=method, headers=headers or {})
    if TOKEN:
        request.add_header("Authorization", "Bearer " + TOKEN)
    try:
        return urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        raise Refused(json.load(error).get("message", str(error))) from None


def ask(method, path, body=None):
    """The JSON that answers a request with a JSON body."""
    data = None if body is None else json.dumps(body).encode()
    with open_url(method, path, data, {"Content-Type": "application/json"}) as response:
        return json.load(response)


def sse(response):
    """Server-Sent Events as pairs of name and data."""
    name, data = "message", []
    for line in response:
        line = line.decode().rstrip("\r\n")
        if line.startswith("event:"):
            name = line[6:].strip()
        elif line.startswith("data:"):
            data.append(line[5:].strip())
        elif not line and data:
            yield name, "\n".join(data)
            name, data = "message", []


def submit(scenario):
    """Starts a run and returns its name."""
    return ask("POST", "/runs", {"scenario": json.dumps(scenario)})["run"]


def events(run):
    """Every event of a run, each once and in order, until the run has ended."""
    seen, lost = 0, time.monotonic()
    while True:
        try:
            headers = {"Accept": "text/event-stream"}
            with open_url("GET", f"/runs/{run}/stream?from={seen + 1}", None, headers) as response:
                for name, data in sse(response):
                    if name == "end":
                        return
                    event = json.loads(data)
                    if event["seq"] > seen:
                        seen, lost = event["seq"], time.monotonic()
                        yield event
        except (OSError, http.client.HTTPException):
            if time.monotonic() - lost > GIVE_UP_SECONDS:
                raise
        time.sleep(0.2)


def change(run, name, value):
    """Changes a training that is on: targetSparsity, endStep or learningRate."""
    return ask("POST", f"/runs/{run}/set", {"name": name, "value": value})


def cancel(run):
    """Ends a run at once."""
    return ask("POST", f"/runs/{run}/cancel", {})


def read_scenario():
    """The scenario that the first argument names."""
    with open(sys.argv[1], encoding="utf-8") as file:
        return json.load(file)


class Accuracy:
    """A running mean of the accuracy of batches, and how far it is below its best."""

    def __init__(self):
        self.mean = None
        self.best = 0.0

    def add(self, value):
        """Takes in a batch and returns how far the mean is below its best."""
        self.mean = value if self.mean is None else 0.9 * self.mean + 0.1 * value
        self.best = max(self.best, self.mean)
        return self.best - self.mean


def answer(kind, name, function):
    """Answers an extension for as long as the program runs; scenarios name it bus:NAME.

    The function gets a question and returns a list of scores, for a scheduler of updates, for a
    listener a dict: changes (settings by name), pause, cancel; or None.
    """
    path = f"/extensions/{kind}/{name}"
    while True:
        headers = {"Accept": "text/event-stream"}
        with open_url("GET", path + "?client=python", None, headers) as response:
            for event, data in sse(response):
                if event == "registered":
                    print(f"answering {kind} bus:{name}", flush=True)
                elif event == "call":
                    question = json.loads(data)
                    place = f"{path}/calls/{question['call']}"
                    question["weights"] = _weights(question, place)
                    try:
                        _reply(place, kind, function(question))
                    except Exception as failure:  # The run has to hear of any.
                        _reply_json(place, {"failure": repr(failure)})
        time.sleep(1)


def _weights(question, place):
    """The weights that a pruner is asked about: in the question, or fetched if they are many."""
    layer = question.get("scoreLayer", {})
    if layer.get("weights") or not layer:
        return layer.get("weights")
    with open_url("GET", place + "/weights") as response:
        weights = array.array("f", response.read())
    if sys.byteorder == "big":
        weights.byteswap()
    return weights


def _reply(place, kind, answer):
    if kind == "scheduler":
        _reply_json(place, {"updates": [{"step": s, "sparsity": v} for s, v in answer]})
        return
    if kind == "listener":
        wanted = dict(answer or {})
        changes = wanted.pop("changes", {})
        wanted["changes"] = [{"name": n, "value": v} for n, v in changes.items()]
        _reply_json(place, wanted)
        return
    scores = array.array("f", answer)
    if sys.byteorder == "big":
        scores.byteswap()
    headers = {"Content-Type": "application/octet-stream"}
    open_url("POST", place, scores.tobytes(), headers).close()


def _reply_json(place, answer):
    headers = {"Content-Type": "application/json"}
    open_url("POST", place, json.dumps(answer).encode(), headers).close()
