// A run that is played again from what its log tells: the same events through the same reduction, at
// the pace in which they came or faster. No clock, no DOM, no network.
import { newRun, reduce, type Run } from "./run-state";
import { num, type RunEventJson } from "./wire";

/** An event, and the running means where points before it were left out. */
export interface Told {
  readonly event: RunEventJson;
  readonly means?: readonly [loss: number, accuracy: number];
}

/** How much faster than it was a run can be played. */
export const SPEEDS = [0.25, 1, 2, 5, 10, 30, 100, 300, 1_000, 10_000];

/** A replay begins with a speed that shows it all in about so many seconds. */
const SECONDS_TO_WATCH = 30;

export class Replay {
  run: Run;
  playing = true;
  speed: number;
  /** Seconds since the start that have been played. */
  position = 0;

  /** Seconds at which each event comes; pauses and outages take none. */
  private readonly due: Float64Array;
  private applied = 0;
  private last: number | undefined;

  constructor(
    private readonly id: string,
    private readonly told: readonly Told[],
    /** Points of the run that are not among what is told. */
    readonly leftOut = 0,
  ) {
    this.run = newRun(id);
    this.due = dueTimes(told);
    this.speed = SPEEDS.find((speed) => this.length / speed <= SECONDS_TO_WATCH) ?? SPEEDS.at(-1)!;
    this.seek(0);
  }

  /** Seconds that the run took. */
  get length(): number {
    return this.due.at(-1) ?? 0;
  }

  /** Goes on by the time since it was called before, if it is being played. */
  tick(nowMillis: number): void {
    const since = this.last === undefined ? 0 : (nowMillis - this.last) / 1000;
    this.last = nowMillis;
    if (this.playing) {
      this.playing = this.position + since * this.speed < this.length;
      this.seek(Math.min(this.length, this.position + since * this.speed));
    }
  }

  /** Plays on; from the start, if it was at its end. */
  play(): void {
    this.playing = true;
    if (this.position >= this.length) {
      this.seek(0);
    }
  }

  /** Shows the run as it was at a moment. */
  seek(seconds: number): void {
    if (seconds < this.position) {
      this.run = newRun(this.id);
      this.applied = 0;
    }
    this.position = seconds;
    while (this.applied < this.told.length && this.due[this.applied]! <= seconds) {
      tell(this.run, this.told[this.applied++]!);
    }
  }
}

export function tell(run: Run, { event, means }: Told): void {
  reduce(run, event);
  if (means) {
    run.steps.setMeans(...means);
  }
}

function dueTimes(told: readonly Told[]): Float64Array {
  const due = new Float64Array(told.length);
  let before = num(told[0]?.event.timeMillis);
  let seconds = 0;
  told.forEach(({ event }, i) => {
    const time = num(event.timeMillis);
    if (!event.runContinued && !event.runResumed) {
      seconds += Math.max(0, time - before) / 1000;
    }
    before = time;
    due[i] = seconds;
  });
  return due;
}
