// A server and a connection that can be made to misbehave in every way.
import { FatalError, Follower, type EventTransport } from "../src/follow";
import type { EventBatchJson, RunEventJson } from "../src/wire";
import { eventLog, RUN, step } from "./events";

/** A server with a log, a connection, and everything that is under way between them. */
export class World implements EventTransport {
  log: RunEventJson[] = [];
  applied: RunEventJson[] = [];
  resets = 0;
  failure: Error | undefined;
  missing = false;
  /** Live messages sent and not yet received. */
  inFlight: RunEventJson[] = [];
  /** Requests sent and not yet answered. */
  requests: { answer: () => void; fail: (error: Error) => void }[] = [];
  sleepers: (() => void)[] = [];
  reads: number[] = [];
  lives: boolean[] = [];
  private open = false;
  private subscriber: ((event: RunEventJson) => void) | undefined;
  private listener: ((open: boolean) => void) | undefined;
  private era = 0;

  readonly follower: Follower;

  constructor(readonly limit = 3) {
    this.follower = new Follower(
      RUN,
      this,
      {
        apply: (event, live) => {
          this.applied.push(event);
          this.lives.push(live);
        },
        reset: () => {
          this.applied = [];
          this.resets++;
        },
        failed: (error) => (this.failure = error),
      },
      { limit, sleep: () => new Promise((wake) => this.sleepers.push(wake)) },
    );
  }

  onConnection(listener: (open: boolean) => void): () => void {
    this.listener = listener;
    listener(this.open);
    return () => (this.listener = undefined);
  }

  subscribe(_run: string, listener: (event: RunEventJson) => void): () => void {
    this.subscriber = listener;
    return () => (this.subscriber = undefined);
  }

  lastSeq(): Promise<number> {
    return this.request(() => this.log.length);
  }

  read(_run: string, fromSeq: number, limit: number): Promise<EventBatchJson> {
    this.reads.push(fromSeq);
    return this.request(() => ({
      events: this.log.slice(fromSeq - 1, fromSeq - 1 + limit),
      lastSeq: this.log.length,
    }));
  }

  append(count = 1): void {
    for (let i = 0; i < count; i++) {
      const seq = this.log.length + 1;
      // The era tells events apart that take the place of lost ones.
      const event = { ...eventLog(step(0, seq))[0]!, seq, timeMillis: this.era * 1e6 + seq };
      this.log.push(event);
      if (this.subscriber) {
        this.inFlight.push(event);
      }
    }
  }

  /** The last events of the log are lost, as in a crash of the machine. */
  forget(count: number): void {
    this.era++;
    this.log.splice(Math.max(0, this.log.length - count));
  }

  setOpen(open: boolean): void {
    if (this.open !== open) {
      this.open = open;
      this.inFlight = [];
      this.listener?.(open);
    }
  }

  isOpen(): boolean {
    return this.open;
  }

  deliver(index: number): void {
    const [event] = this.inFlight.splice(index % Math.max(1, this.inFlight.length), 1);
    if (event) {
      this.subscriber?.(event);
    }
  }

  async settle(): Promise<void> {
    for (let round = 0; round < 500; round++) {
      await ticks();
      this.requests.splice(0).forEach((request) => request.answer());
      await ticks();
      while (this.inFlight.length > 0) {
        this.deliver(0);
      }
      await ticks();
      this.sleepers.splice(0).forEach((wake) => wake());
      if (this.applied.length === this.log.length && round > 3) {
        break;
      }
    }
    await ticks();
  }

  seqs(): number[] {
    return this.applied.map((event) => event.seq!);
  }

  private request<T>(compute: () => T): Promise<T> {
    // The answer is on its way from now on: it tells of the log as it is now.
    const answer = structuredClone(compute());
    return new Promise((resolve, reject) => {
      this.requests.push({
        answer: () => (this.missing ? reject(new FatalError("no such run")) : resolve(answer)),
        fail: reject,
      });
    });
  }
}

/** Lets everything happen that waits for nothing else. */
export async function ticks(): Promise<void> {
  for (let i = 0; i < 8; i++) {
    await Promise.resolve();
  }
}
