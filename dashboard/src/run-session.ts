// One run being watched: its state, the follower that feeds it, and its page.
import type { Bus } from "./bus";
import type { Clock } from "./clock";
import { Follower } from "./follow";
import { command, eventTransport, readHistory } from "./gateway";
import { Replay } from "./replay";
import { newRun, reduce, type Run } from "./run-state";
import { load } from "./snapshot";
import { RunView } from "./run-view";
import { num, type RunSummaryJson } from "./wire";

export class RunSession {
  run: Run;
  view: RunView;
  /** The run being played again; its present is followed meanwhile. */
  replay: Replay | undefined;
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

  /** What is to be seen now: the run, or where its replay is. */
  get shown(): Run {
    return this.replay?.run ?? this.run;
  }

  /** Call before drawing. */
  tick(): void {
    if (this.replay) {
      this.replay.tick(performance.now());
      if (this.replay.playing) {
        this.redraw();
      }
    }
  }

  private async toggleReplay(): Promise<void> {
    if (this.replay) {
      this.replay = undefined;
    } else {
      const { told, leftOut } = await readHistory(this.id);
      this.replay = new Replay(this.id, told, leftOut);
    }
    this.redraw();
  }

  stop(): void {
    this.follower.stop();
    this.view.destroy();
  }

  private newView(): RunView {
    return new RunView(
      this.id,
      (name) => command(this.bus, name, this.id),
      () => this.toggleReplay(),
      this.redraw,
    );
  }
}
