// The gateway's REST interface and bus addresses, and the transport that a follower needs.
import { RequestFailed, type Bus } from "./bus";
import type { Told } from "./replay";
import { inOrder } from "./snapshot";
import { FatalError, type EventTransport } from "./follow";
import type {
  CurvesJson,
  EventBatchJson,
  FailureJson,
  PluginListJson,
  RunEventJson,
  RunListJson,
  RunSnapshotJson,
  RunSummaryJson,
} from "./wire";

const ADDRESS = "espalier.edge.v1";
const TIMEOUT = 30_000;
const PROBE_TIMEOUT = 2_000;

/** Events that are asked for at once. */
const MOST_EVENTS = 5_000;

/** A longer log is not read event by event to be replayed. */
const MOST_REPLAYED = 20_000;

export type Command = "pause" | "resume" | "cancel";

/** The server answered with a failure. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Opens a session, with a token where the server wants one and has not been told yet. False if this
 * is not its token.
 */
export async function openSession(token?: string): Promise<boolean> {
  const response = await fetch(new URL("api/v1/session", base()), {
    method: "POST",
    headers: token === undefined ? {} : { Authorization: `Bearer ${encodeURI(token)}` },
    signal: AbortSignal.timeout(TIMEOUT),
  });
  if (!response.ok && response.status !== 401) {
    throw await failureOf(response);
  }
  return response.ok;
}

export function listRuns(): Promise<RunListJson> {
  return getJson("api/v1/runs");
}

export function listenToRuns(bus: Bus, listener: (summary: RunSummaryJson) => void): () => void {
  return bus.subscribe(`${ADDRESS}.runs`, (body) => listener(body as RunSummaryJson));
}

/** Hears of every change of the plugins. */
export function listenToPlugins(bus: Bus, listener: (plugins: PluginListJson) => void): () => void {
  return bus.subscribe(`${ADDRESS}.plugins`, (body) => listener(body as PluginListJson));
}

export function command(bus: Bus, name: Command, run: string): Promise<RunSummaryJson> {
  return bus.request(`${ADDRESS}.run.${name}`, { run });
}

/** Asks something of the gateway; a failure is told as an HttpError. */
export function get<T>(path: string): Promise<T> {
  return getJson(`api/v1/${path}`);
}

export function post<T>(path: string, body: object): Promise<T> {
  return getJson(`api/v1/${path}`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { Accept: "application/json", "Content-Type": "application/json" },
  });
}

/** Sends a file, however long that takes; answers with its path on the server. */
export async function upload(kind: string, file: File): Promise<{ file: string }> {
  const path = `api/v1/${kind}/${encodeURIComponent(file.name)}`;
  const response = await fetch(new URL(path, base()), { method: "PUT", body: file });
  if (!response.ok) {
    throw await failureOf(response);
  }
  return (await response.json()) as { file: string };
}

export function remove(run: string, token: string): Promise<unknown> {
  return getJson(`${runPath(run)}?token=${encodeURIComponent(token)}`, { method: "DELETE" });
}

/** A path below that of a run, for `get` and `post`. */
export function ofRun(run: string, path: string): string {
  return `runs/${encodeURIComponent(run)}/${path}`;
}

/** The curves from one point to another, counted from 1 over all stages, thinned if they are many. */
export async function readCurves(run: string, from: number, to: number): Promise<CurvesJson> {
  const path = ofRun(run, `snapshot?fromPoint=${from}&toPoint=${to}`);
  return (await get<RunSnapshotJson>(path)).curves ?? {};
}

/** What a replay shows, and how many points were left out of it. */
export interface History {
  readonly told: readonly Told[];
  readonly leftOut: number;
}

/** All that a run's log tells; of a long one what the server keeps when it thins its curves. */
export async function readHistory(run: string): Promise<History> {
  const told: Told[] = [];
  for (let last = 1; told.length < last;) {
    const from = told.length + 1;
    const batch = await get<EventBatchJson>(ofRun(run, `events?from=${from}&limit=${MOST_EVENTS}`));
    last = batch.lastSeq ?? 0;
    if (last > MOST_REPLAYED || !batch.events?.length) {
      const snapshot = await get<RunSnapshotJson>(ofRun(run, "snapshot"));
      const { points = 0, seq = [] } = snapshot.curves ?? {};
      return { told: [...inOrder(snapshot)], leftOut: points - seq.length };
    }
    told.push(...batch.events.map((event) => ({ event })));
  }
  return { told, leftOut: 0 };
}

/** A JSON file of a run's folder; undefined where there is none. */
export async function runFile<T>(run: string, name: string): Promise<T | undefined> {
  try {
    return await getJson<T>(`${runPath(run)}/files/${name}`);
  } catch (error) {
    if (error instanceof HttpError && error.status === 404) {
      return undefined;
    }
    throw error;
  }
}

export function listenToDeletions(bus: Bus, listener: (run: string) => void): () => void {
  return bus.subscribe(`${ADDRESS}.runs.deleted`, (body) =>
    listener((body as { run?: string }).run ?? ""),
  );
}

/** Finds out soon if the connection is dead, which a browser that goes offline need not notice. */
export async function probe(bus: Bus): Promise<void> {
  await bus.request(`${ADDRESS}.run.list`, {}, PROBE_TIMEOUT).catch(() => undefined);
}

/** Where a file of the run's folder can be had. */
export function fileUrl(run: string, path: string): string {
  return new URL(
    `${runPath(run)}/files/${path.split("/").map(encodeURIComponent).join("/")}`,
    base(),
  ).href;
}

export function busUrl(): string {
  return new URL("eventbus", base()).href;
}

/** Live events come over the bus, the log over HTTP. */
export function eventTransport(bus: Bus): EventTransport {
  return {
    onConnection: (listener) => bus.onConnection(listener),
    subscribe: (run, listener) =>
      bus.subscribe(`${ADDRESS}.event.${run}`, (body) => listener(body as RunEventJson)),
    lastSeq: (run) => lastSeq(bus, run),
    snapshot: (run) => fatalIfMissing(getJson<RunSnapshotJson>(`${runPath(run)}/snapshot`)),
    read: (run, fromSeq, limit) =>
      fatalIfMissing(
        getJson<EventBatchJson>(`${runPath(run)}/events?from=${fromSeq}&limit=${limit}`),
      ),
  };
}

async function lastSeq(bus: Bus, run: string): Promise<number> {
  let summary: RunSummaryJson;
  try {
    summary = await bus.request<RunSummaryJson>(`${ADDRESS}.run.get`, { run });
  } catch (error) {
    if (!(error instanceof RequestFailed)) {
      throw error;
    }
    // HTTP tells apart what a failure on the bus does not: a run that is not there.
    summary = await fatalIfMissing(getJson<RunSummaryJson>(runPath(run)));
  }
  return summary.lastSeq ?? 0;
}

function runPath(run: string): string {
  return `api/v1/runs/${encodeURIComponent(run)}`;
}

function base(): string {
  return document.baseURI;
}

async function getJson<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(new URL(path, base()), {
    headers: { Accept: "application/json" },
    ...init,
    cache: "no-store",
    signal: AbortSignal.timeout(TIMEOUT),
  });
  if (!response.ok) {
    throw await failureOf(response);
  }
  return (await response.json()) as T;
}

async function failureOf(response: Response): Promise<HttpError> {
  const failure = (await response.json().catch(() => ({}))) as FailureJson;
  return new HttpError(response.status, failure.message || `HTTP status ${response.status}`);
}

async function fatalIfMissing<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof HttpError && error.status === 404
      ? new FatalError(error.message)
      : error;
  }
}
