// How long a run has been running, when the clocks of server and browser may differ.
import { stateOf, type Run } from "./run-state";
import type { RunSummaryJson } from "./wire";

export class Clock {
  /** How far this clock is ahead of the server's; the least that a live event has shown. */
  private ahead = Infinity;

  /** Call with the time of an event that has just happened. */
  heard(eventMillis: number): void {
    this.ahead = Math.min(this.ahead, Date.now() - eventMillis);
  }

  /** Seconds the run has been running up to now. */
  elapsed(run: Run, summary: RunSummaryJson | undefined): number {
    const running = stateOf(run, summary) === "RUN_STATE_RUNNING";
    const ahead = Number.isFinite(this.ahead) ? this.ahead : 0;
    const since = running ? Math.max(0, Date.now() - ahead - run.lastMillis) : 0;
    return (run.activeMillis + since) / 1000;
  }
}
