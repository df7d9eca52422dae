// A client of an Espalier server. It needs nothing but Node.js.
// ESPALIER_URL says where the server is, ESPALIER_TOKEN how to get in where it asks for a token.
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const URL = `${(process.env.ESPALIER_URL ?? "http://127.0.0.1:8080").replace(/\/$/, "")}/api/v1`;
const TOKEN = process.env.ESPALIER_TOKEN;
const GIVE_UP_MILLIS = 30_000;

/** What the server answered in place of a result. */
export class Refused extends Error {}

async function open(method, path, headers, body) {
  const authorization = TOKEN ? { Authorization: `Bearer ${TOKEN}` } : {};
  const response = await fetch(URL + path, {
    method,
    headers: { ...authorization, ...headers },
    body,
  });
  if (!response.ok) {
    throw new Refused((await response.json()).message);
  }
  return response;
}

/** The JSON that answers a request with a JSON body. */
export async function ask(method, path, body) {
  const json = { "Content-Type": "application/json" };
  return (await open(method, path, json, body && JSON.stringify(body))).json();
}

/** Starts a run and gives its name. */
export async function submit(scenario) {
  return (await ask("POST", "/runs", { scenario: JSON.stringify(scenario) })).run;
}

/** Server-Sent Events as pairs of name and data. */
async function* sse(response) {
  const text = new TextDecoder();
  let rest = "";
  for await (const bytes of response.body) {
    const blocks = (rest + text.decode(bytes, { stream: true })).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const lines = block.split("\n");
      const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5));
      if (data.length > 0) {
        const name = lines.find((line) => line.startsWith("event:"))?.slice(6).trim() ?? "message";
        yield [name, data.join("\n")];
      }
    }
  }
}

/** Every event of a run, each once and in order, until the run has ended. */
export async function* events(run) {
  let seen = 0;
  let lost = Date.now();
  for (;;) {
    try {
      const path = `/runs/${run}/stream?from=${seen + 1}`;
      for await (const [name, data] of sse(await open("GET", path, { Accept: "text/event-stream" }))) {
        if (name === "end") {
          return;
        }
        const event = JSON.parse(data);
        if (event.seq > seen) {
          seen = event.seq;
          lost = Date.now();
          yield event;
        }
      }
    } catch (failure) {
      if (failure instanceof Refused || Date.now() - lost > GIVE_UP_MILLIS) {
        throw failure;
      }
    }
    await sleep(200);
  }
}

/** Changes a training that is on: targetSparsity, endStep or learningRate. */
export const change = (run, name, value) => ask("POST", `/runs/${run}/set`, { name, value });

/** Ends a run at once. */
export const cancel = (run) => ask("POST", `/runs/${run}/cancel`, {});

/** The scenario that the first argument names. */
export const readScenario = async () => JSON.parse(await readFile(process.argv[2], "utf8"));

/** A running mean of the accuracy of batches, and how far it is below its best. */
export class Accuracy {
  mean;
  best = 0;

  /** Takes in a batch and gives how far the mean is below its best. */
  add(value) {
    this.mean = this.mean === undefined ? value : 0.9 * this.mean + 0.1 * value;
    this.best = Math.max(this.best, this.mean);
    return this.best - this.mean;
  }
}
