// A gateway with made-up runs, to see and test the dashboard without a server:
//
//   node e2e/fake-gateway.mjs [--port 8080]
//
// It speaks the gateway's REST interface and the SockJS event-bus bridge (WebSocket only), serves
// dist/ (or the folder ESPALIER_PAGES) under the same content security policy, and loses and doubles
// live messages on request.
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join, normalize } from "node:path";
import { argv, env } from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { WebSocketServer } from "ws";
import { play, random, stagesOf } from "./fake-run.mjs";

const DIST = env.ESPALIER_PAGES ?? join(dirname(fileURLToPath(import.meta.url)), "../dist");
const EDGE = "espalier.edge.v1";
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
const POLICY =
  "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; style-src 'self' 'unsafe-inline'";

export class FakeGateway {
  runs = new Map();
  port = 0;

  #server;
  #sockets = new Set();
  #chaos;
  #random = random(7);

  /** `chaos` is the share of live messages that are lost, and of those that are doubled. */
  constructor({ chaos = 0 } = {}) {
    this.#chaos = chaos;
  }

  async start(port = 0) {
    const server = createServer((request, response) => this.#answer(request, response));
    const sockets = new WebSocketServer({ noServer: true });
    server.on("upgrade", (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, (connection) => this.#connect(connection));
    });
    await new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
    this.#server = server;
    this.port = server.address().port;
  }

  /** Ends the HTTP server and every connection; the runs go on. */
  async stop() {
    this.#sockets.forEach((socket) => socket.terminate());
    this.#sockets.clear();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Adds a run; it does nothing until it is advanced. */
  addRun(run, options) {
    const stages = stagesOf(options.scale ?? 1).map(({ name, kind }) => ({ name, kind }));
    const { scenario, dataset } = options;
    const summary = { run, scenario, dataset, state: "RUN_STATE_QUEUED", startedMillis: 0 };
    Object.assign(summary, { stages, stageIndex: -1, lastSeq: 0, folder: `runs/${run}` });
    const startMillis = options.startMillis ?? Date.now();
    this.runs.set(run, { summary, log: [], source: play(options), startMillis });
    this.#publish(`${EDGE}.runs`, summary);
  }

  /** Makes the next events of a run happen; false when there is none. */
  advance(run, count = 1, timeMillis = Date.now()) {
    const entry = this.runs.get(run);
    for (let i = 0; i < count; i++) {
      const { value: body, done } = entry.source.next();
      if (done) {
        return false;
      }
      if (body === null) {
        this.#setState(run, "RUN_STATE_INTERRUPTED");
        return true;
      }
      this.#happen(run, body, timeMillis);
    }
    return true;
  }

  /** Makes all of a run happen in the past, up to its end or its next interruption. */
  advanceAll(run, millisPerEvent = 20) {
    const entry = this.runs.get(run);
    // After an interruption it goes on ten minutes later.
    const last = entry.log.at(-1);
    const start = last ? last.timeMillis + 600_000 : entry.startMillis;
    for (let time = start; this.advance(run, 1, time); time += millisPerEvent) {
      if (entry.summary.state === "RUN_STATE_INTERRUPTED") {
        return;
      }
    }
  }

  /** Lets a run go on by itself, pausing and stopping as it is told. */
  drive(run, eventsPerSecond) {
    let due = 0;
    const timer = setInterval(() => {
      const { state } = this.runs.get(run).summary;
      if (state === "RUN_STATE_PAUSED") {
        return;
      }
      due += eventsPerSecond / 50;
      const count = Math.floor(due);
      due -= count;
      if (isOver(state) || !this.advance(run, count)) {
        clearInterval(timer);
      }
    }, 20);
    return () => clearInterval(timer);
  }

  #happen(run, body, timeMillis) {
    const { summary, log } = this.runs.get(run);
    const event = { run, seq: log.length + 1, timeMillis, ...body };
    log.push(event);
    summary.lastSeq = event.seq;
    this.#publish(`${EDGE}.event.${run}`, event, this.#chaos);
    if (body.runStarted) {
      summary.startedMillis = timeMillis;
    }
    if (body.stageStarted) {
      summary.stageIndex = body.stageStarted.index;
      this.#publish(`${EDGE}.runs`, summary);
    }
    const state = stateAfter(body);
    if (state && state !== summary.state) {
      this.#setState(run, state);
    }
  }

  #setState(run, state) {
    const { summary } = this.runs.get(run);
    summary.state = state;
    this.#publish(`${EDGE}.runs`, summary);
  }

  #publish(address, body, chaos = 0) {
    for (const socket of this.#sockets) {
      if (socket.addresses.has(address)) {
        const copies = this.#random() < chaos ? 0 : this.#random() < chaos ? 2 : 1;
        for (let i = 0; i < copies; i++) {
          send(socket, { type: "rec", address, body });
        }
      }
    }
  }

  #connect(socket) {
    socket.addresses = new Set();
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("message", (data) => {
      for (const text of [JSON.parse(data)].flat()) {
        this.#receive(socket, JSON.parse(text));
      }
    });
    socket.send("o");
  }

  #receive(socket, { type, address, body, replyAddress }) {
    if (type === "register") {
      socket.addresses.add(address);
    } else if (type === "unregister") {
      socket.addresses.delete(address);
    } else if (type === "send") {
      const reply = this.#request(address.slice(EDGE.length + 1), body ?? {});
      const failure = { type: "err", failureCode: 1, failureType: "RECIPIENT_FAILURE" };
      send(socket, {
        address: replyAddress,
        ...(reply.failure ? { ...failure, message: reply.failure } : { type: "rec", body: reply }),
      });
    }
  }

  #request(name, { run }) {
    if (name === "run.list") {
      return this.#list();
    }
    const entry = this.runs.get(run);
    if (!entry) {
      return { failure: `There is no run ${run}.` };
    }
    const { state } = entry.summary;
    if (name === "run.pause" && state === "RUN_STATE_RUNNING") {
      this.#happen(run, { runPaused: {} }, Date.now());
    } else if (name === "run.resume" && state === "RUN_STATE_PAUSED") {
      this.#happen(run, { runContinued: {} }, Date.now());
    } else if (name === "run.cancel" && !isOver(state)) {
      this.#happen(run, { runFinished: { state: "RUN_STATE_CANCELLED", seconds: 1 } }, Date.now());
    } else if (name !== "run.get") {
      return { failure: `The run is ${state.slice("RUN_STATE_".length).toLowerCase()}.` };
    }
    return entry.summary;
  }

  #list() {
    return { runs: [...this.runs.values()].map((entry) => entry.summary) };
  }

  #answer(request, response) {
    const url = new URL(request.url, "http://localhost");
    const path = decodeURIComponent(url.pathname);
    const json = (status, body) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    const [, run, rest] = /^\/api\/v1\/runs\/([^/]+)(\/.*)?$/.exec(path) ?? [];
    const entry = this.runs.get(run);
    if (path === "/eventbus/info") {
      json(200, { websocket: true, origins: ["*:*"], cookie_needed: false, entropy: 1 });
    } else if (path === "/api/v1/session") {
      response.writeHead(204).end();
    } else if (path === "/api/v1/runs") {
      json(200, this.#list());
    } else if (run && !entry) {
      json(404, { code: "FAILURE_CODE_NOT_FOUND", message: `There is no run ${run}.` });
    } else if (entry && !rest) {
      json(200, entry.summary);
    } else if (entry && rest === "/events") {
      const from = Number(url.searchParams.get("from") ?? 1);
      const limit = Math.min(5000, Number(url.searchParams.get("limit") ?? 5000));
      const events = entry.log.slice(from - 1, from - 1 + limit);
      json(200, { events, lastSeq: entry.log.length });
    } else if (entry && rest === "/snapshot") {
      json(200, snapshotOf(entry.log));
    } else if (entry && rest === "/models") {
      json(200, { models: [] });
    } else if (path === "/api/v1/uploads") {
      json(200, { models: false, plugins: false, mostBytes: 0, modelFiles: [] });
    } else if (path === "/api/v1/plugins") {
      json(200, { plugins: [] });
    } else if (entry && rest === "/files/measurements.json") {
      json(200, { stages: [] });
    } else if (entry && rest.startsWith("/files/")) {
      response.writeHead(200, { "content-type": "text/html" });
      response.end(`<!doctype html><title>${rest}</title><p>${rest} of run ${run}.`);
    } else {
      serveFile(path, response);
    }
  }
}

/** The run as it stands: every valid step, and every other event. */
function snapshotOf(log) {
  let steps = [];
  let voided = 0;
  for (const event of log) {
    if (event.step) {
      steps.push(event);
    } else if (event.runResumed) {
      const { stageIndex = 0, step = 0 } = event.runResumed;
      const valid = steps.filter(({ step: s }) => {
        const stage = s.stageIndex ?? 0;
        return stage < stageIndex || (stage === stageIndex && s.step <= step);
      });
      voided += steps.length - valid.length;
      steps = valid;
    }
  }
  const column = (of) => steps.map(of);
  return {
    lastSeq: log.length,
    events: log.filter((event) => !event.step),
    curves: {
      points: steps.length,
      voided,
      seq: column((event) => event.seq),
      stage: column(({ step }) => step.stageIndex ?? 0),
      step: column(({ step }) => step.step),
      epoch: column(({ step }) => step.epoch ?? 0),
      timeMillis: column((event) => event.timeMillis),
      loss: column(({ step }) => step.loss ?? 0),
      accuracy: column(({ step }) => step.accuracy ?? 0),
      learningRate: column(({ step }) => step.learningRate ?? 0),
      samplesPerSecond: column(({ step }) => step.samplesPerSecond ?? 0),
      sparsity: column(({ step }) => step.sparsity ?? 0),
      target: column(({ step }) => step.targetSparsity ?? -1),
      lossMean: column(({ step }) => step.loss ?? 0),
      accuracyMean: column(({ step }) => step.accuracy ?? 0),
    },
  };
}

function serveFile(path, response) {
  const file = join(DIST, normalize(path === "/" ? "/index.html" : path));
  if (!file.startsWith(DIST) || !existsSync(file) || !statSync(file).isFile()) {
    response.writeHead(404).end();
    return;
  }
  const type = TYPES[extname(file)] ?? "application/octet-stream";
  response.writeHead(200, { "content-type": type, "content-security-policy": POLICY });
  createReadStream(file).pipe(response);
}

function send(socket, message) {
  socket.send(`a${JSON.stringify([JSON.stringify(message)])}`);
}

function isOver(state) {
  return /SUCCEEDED|FAILED|CANCELLED/.test(state);
}

function stateAfter(body) {
  if (body.runStarted || body.runResumed || body.runContinued) {
    return "RUN_STATE_RUNNING";
  }
  return body.runPaused ? "RUN_STATE_PAUSED" : body.runFinished?.state;
}

/** A list that has everything in it. */
export function addDemoRuns(gateway) {
  const hours = (n) => Date.now() - n * 3_600_000;
  const vision = { scenario: "mobilenet-gradual", dataset: "CIFAR-10" };
  gateway.addRun("2026-03-02-long", { ...vision, seed: 3, scale: 80, startMillis: hours(30) });
  gateway.advanceAll("2026-03-02-long", 60);
  gateway.addRun("2026-03-03-failed", { ...vision, seed: 5, failAt: 180, startMillis: hours(5) });
  gateway.advanceAll("2026-03-03-failed");
  gateway.addRun("2026-03-03-done", {
    scenario: "lenet-magnitude",
    dataset: "MNIST",
    seed: 42,
    crashAt: 250,
    startMillis: hours(3),
  });
  gateway.advanceAll("2026-03-03-done");
  gateway.advanceAll("2026-03-03-done");
  gateway.addRun("2026-03-03-cut-off", { ...vision, seed: 6, crashAt: 90, startMillis: hours(2) });
  gateway.advanceAll("2026-03-03-cut-off");
  gateway.addRun("2026-03-03-live", { scenario: "lenet-gradual", dataset: "MNIST", seed: 1 });
  gateway.drive("2026-03-03-live", 20);
  gateway.addRun("2026-03-03-next", { ...vision, seed: 9, startMillis: 0 });
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { port: { type: "string", default: "8080" } },
  });
  const gateway = new FakeGateway();
  await gateway.start(Number(values.port));
  addDemoRuns(gateway);
  console.log(`http://localhost:${gateway.port}/`);
}
