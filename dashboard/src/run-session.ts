// One run being watched: its state, the follower that feeds it, and its page.
import type { Bus } from "./bus";
import type { Clock } from "./clock";
import { Follower } from "./follow";
import { command, eventTransport } from "./gateway";
import { newRun, reduce, type Run } from "./run-state";
import { load } from "./snapshot";
import { RunView } from "./run-view";
import { num, type RunSummaryJson } from "./wire";

export class RunSession {
  run: Run;
  view: RunView;
  /** Why the run cannot be shown. */
  problem: string | undefined;

  private readonly follower: Follower;

  constructor(
    readonly id: string,
    private readonly bus: Bus,
    clock: Clock,
    private readonly redraw: () => void,
  ) {
    this.run = newRun(id);
    this.view = this.newView();
    this.follower = new Follower(id, eventTransport(bus), {
      apply: (event, live) => {
        if (live) {
          clock.heard(num(event.timeMillis));
        }
        reduce(this.run, event);
        redraw();
      },
      load: (snapshot) => {
        load(this.run, snapshot);
        redraw();
      },
      reset: () => {
        this.run = newRun(id);
        this.view.destroy();
        this.view = this.newView();
        redraw();
      },
      failed: (error) => {
        this.problem = error.message;
        redraw();
      },
    });
  }

  /** The gateway told how far the log goes. */
  heard(summary: RunSummaryJson): void {
    this.follower.hint(summary.lastSeq ?? 0);
  }

  stop(): void {
    this.follower.stop();
    this.view.destroy();
  }

  private newView(): RunView {
    return new RunView(this.id, (name) => command(this.bus, name, this.id), this.redraw);
  }
}
