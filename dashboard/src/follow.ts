// Follows the events of one run: every event once, in order, whatever the connection does.
//
// Live messages may be lost, doubled or come before the log has been read; the log has everything.
// So live messages are only applied when they are the next in line. One that comes too early waits
// here and tells how far the log goes; what is missing is read from the log.
//
// On every (re)connection: subscribe, ask for the end of the log over the same connection (its
// answer comes after the subscription is in place), read up to there. The read begins with the last
// event applied: if that is not what the log has now, a crashed server lost its last records and
// wrote others, and the run is read anew.
import { num, type EventBatchJson, type RunEventJson, type RunSnapshotJson } from "./wire";

export interface EventTransport {
  /** Calls back on every change; tells at once if it is open now. */
  onConnection(listener: (open: boolean) => void): () => void;
  /** Subscribes to the live events of a run, while the connection is open. */
  subscribe(run: string, listener: (event: RunEventJson) => void): () => void;
  /** The last sequence number in the log; answered after subscriptions made before. */
  lastSeq(run: string): Promise<number>;
  read(run: string, fromSeq: number, limit: number): Promise<EventBatchJson>;
  /** The run as it stands, thinned; a transport without it has the log read from its start. */
  snapshot?(run: string): Promise<RunSnapshotJson>;
}

export interface EventSink {
  /** The next event; `live` if it has just happened. */
  apply(event: RunEventJson, live: boolean): void;
  /** The run as it stands; events follow from the one after its last. */
  load?(snapshot: RunSnapshotJson): void;
  /** Forget everything: the log is read anew from 1. */
  reset(): void;
  /** The run cannot be followed. Nothing more comes. */
  failed(error: Error): void;
}

export interface FollowOptions {
  /** Events per read. */
  readonly limit?: number;
  /** A lost last message shows when the end of the log is asked for; this is how often. */
  readonly checkMillis?: number;
  readonly retryMillis?: number;
  readonly mostRetryMillis?: number;
  /** Replaced in tests. */
  readonly sleep?: (millis: number) => Promise<void>;
}

/** Thrown by a transport where asking again cannot help, such as for a run that does not exist. */
export class FatalError extends Error {}

/** More early messages than this are not kept: they are read from the log. */
const MOST_EARLY = 10_000;

const realSleep = (millis: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, millis));

export class Follower {
  /** Messages that had been applied before or were waiting already, and were dropped. */
  redundant = 0;
  /** Times the log was found to be another one than that read before. */
  rewinds = 0;

  private applied: RunEventJson | undefined;
  private appliedSeq = 0;
  /** The log is known to go this far. */
  private knownSeq = 0;
  private readonly early = new Map<number, RunEventJson>();

  /** Counts connections; what an earlier one answers is ignored. */
  private connection = 0;
  private open = false;
  /** The log of this connection has been found to continue what was applied. */
  private verified = false;
  /** The connection for which the log is being read. */
  private readingFor = 0;
  private stopped = false;
  private unsubscribe: (() => void) | undefined;
  private readonly unlisten: () => void;

  constructor(
    private readonly run: string,
    private readonly transport: EventTransport,
    private readonly sink: EventSink,
    private readonly options: FollowOptions = {},
  ) {
    this.unlisten = transport.onConnection((open) => (open ? this.opened() : this.closed()));
  }

  stop(): void {
    this.stopped = true;
    this.closed();
    this.unlisten();
  }

  /** Tells that the log goes up to `seq` at least, as heard elsewhere. */
  hint(seq: number): void {
    if (this.open) {
      this.knownSeq = Math.max(this.knownSeq, seq);
      void this.catchUp();
    }
  }

  private opened(): void {
    if (this.stopped || this.open) {
      return;
    }
    this.open = true;
    const connection = ++this.connection;
    this.unsubscribe = this.transport.subscribe(this.run, (event) => {
      if (connection === this.connection) {
        this.receive(event);
      }
    });
    void this.keepUp(connection);
  }

  private closed(): void {
    if (!this.open) {
      return;
    }
    this.open = false;
    this.verified = false;
    this.connection++;
    // Early messages belong to the log of a server that may have lost them since.
    this.early.clear();
    this.knownSeq = this.appliedSeq;
    this.unsubscribe?.();
    this.unsubscribe = undefined;
  }

  private receive(event: RunEventJson): void {
    const seq = event.seq ?? 0;
    this.knownSeq = Math.max(this.knownSeq, seq);
    if (!this.verified || seq > this.appliedSeq + 1) {
      this.keepEarly(seq, event);
      void this.catchUp();
    } else if (seq <= this.appliedSeq) {
      this.redundant++;
    } else {
      this.apply(event, true);
      this.applyEarly();
    }
  }

  private keepEarly(seq: number, event: RunEventJson): void {
    if (this.early.has(seq)) {
      this.redundant++;
    } else if (this.early.size < MOST_EARLY) {
      this.early.set(seq, event);
    }
  }

  private applyEarly(): void {
    for (;;) {
      const event = this.early.get(this.appliedSeq + 1);
      if (!event) {
        break;
      }
      this.early.delete(this.appliedSeq + 1);
      this.apply(event, false);
    }
  }

  private apply(event: RunEventJson, live: boolean): void {
    this.applied = event;
    this.appliedSeq = event.seq ?? 0;
    this.sink.apply(event, live);
  }

  /** Asks for the end of the log now and then, for as long as this connection is open. */
  private async keepUp(connection: number): Promise<void> {
    while (connection === this.connection) {
      await this.retrying(connection, async () => {
        const last = await this.transport.lastSeq(this.run);
        if (connection === this.connection) {
          this.knownSeq = Math.max(this.knownSeq, last);
        }
      });
      await this.catchUp();
      await this.sleep(this.options.checkMillis ?? 5_000);
    }
  }

  /** Reads the log until nothing known of is missing. */
  private async catchUp(): Promise<void> {
    const connection = this.connection;
    if (!this.open || this.readingFor === connection) {
      return;
    }
    this.readingFor = connection;
    while (connection === this.connection && (!this.verified || this.appliedSeq < this.knownSeq)) {
      await this.retrying(connection, () => this.readOn(connection));
    }
    if (connection === this.connection) {
      this.readingFor = 0;
    }
  }

  /** Takes the run as it stands, in place of the events up to there. */
  private async loadSnapshot(connection: number): Promise<void> {
    const snapshot = await this.transport.snapshot!(this.run);
    const last = snapshot.lastSeq ?? 0;
    if (connection !== this.connection || last === 0) {
      return;
    }
    this.sink.load!(snapshot);
    this.appliedSeq = last;
    this.applied = lastOf(snapshot, last);
    this.dropPassed();
    this.verified = true;
    this.knownSeq = Math.max(this.knownSeq, last);
    this.applyEarly();
  }

  private async readOn(connection: number): Promise<void> {
    if (this.appliedSeq === 0 && this.transport.snapshot && this.sink.load) {
      await this.loadSnapshot(connection);
      if (connection !== this.connection || this.verified) {
        return;
      }
    }
    // Until verified, the last event applied is read again to be compared.
    const overlap = !this.verified && this.applied !== undefined;
    const from = overlap ? this.appliedSeq : this.appliedSeq + 1;
    const batch = await this.transport.read(this.run, from, this.options.limit ?? 5_000);
    if (connection !== this.connection) {
      return;
    }
    const events = batch.events ?? [];
    if (overlap && !sameEvent(events[0], this.applied!)) {
      this.rewind(batch.lastSeq ?? 0);
      return;
    }
    this.verified = true;
    this.knownSeq = Math.max(this.knownSeq, batch.lastSeq ?? 0);
    const before = this.appliedSeq;
    for (const event of events) {
      // A live message may have been the next one while this was on its way.
      if (event.seq === this.appliedSeq + 1) {
        this.early.delete(event.seq);
        this.apply(event, false);
        this.applyEarly();
      }
    }
    this.applyEarly();
    this.dropPassed();
    if (this.appliedSeq === before && this.appliedSeq < this.knownSeq) {
      throw new Error(`event ${before + 1} of run ${this.run} is not in the log yet`);
    }
  }

  private dropPassed(): void {
    for (const seq of this.early.keys()) {
      if (seq <= this.appliedSeq) {
        this.early.delete(seq);
        this.redundant++;
      }
    }
  }

  private rewind(lastSeq: number): void {
    this.rewinds++;
    this.applied = undefined;
    this.appliedSeq = 0;
    this.knownSeq = Math.max(lastSeq, ...this.early.keys());
    this.sink.reset();
  }

  /** Tries until it works, with growing pauses, for as long as this connection is open. */
  private async retrying(connection: number, action: () => Promise<void>): Promise<void> {
    let pause = this.options.retryMillis ?? 250;
    while (connection === this.connection) {
      try {
        await action();
        return;
      } catch (error) {
        if (connection !== this.connection) {
          return;
        }
        if (error instanceof FatalError && this.applied === undefined) {
          this.stop();
          this.sink.failed(error);
          return;
        }
        await this.sleep(pause);
        pause = Math.min(pause * 2, this.options.mostRetryMillis ?? 5_000);
      }
    }
  }

  private sleep(millis: number): Promise<void> {
    return (this.options.sleep ?? realSleep)(millis);
  }
}

/** The last event as far as it is compared; none if the snapshot left it out. */
function lastOf(
  { events = [], curves = {} }: RunSnapshotJson,
  seq: number,
): RunEventJson | undefined {
  if (curves.seq?.at(-1) === seq) {
    return { seq, timeMillis: curves.timeMillis?.at(-1) ?? 0, step: {} };
  }
  return events.find((event) => event.seq === seq);
}

function sameEvent(a: RunEventJson | undefined, b: RunEventJson): boolean {
  return (
    a !== undefined &&
    a.seq === b.seq &&
    num(a.timeMillis) === num(b.timeMillis) &&
    kindOf(a) === kindOf(b)
  );
}

function kindOf(event: RunEventJson): string {
  return Object.keys(event)
    .filter((key) => key !== "run" && key !== "seq" && key !== "timeMillis")
    .sort()
    .join();
}
