import { describe, expect, it } from "vitest";
import { Replay } from "../src/replay";
import { newRun, reduce } from "../src/run-state";
import { eventLog, RUN, step } from "./events";

/** An event a second, from the start of a run on. */
function log() {
  return eventLog(
    { runStarted: { scenario: "s", stages: [{ name: "train", kind: "train" }] } },
    { stageStarted: { index: 0, name: "train", kind: "train", totalSteps: 4 } },
    step(0, 1),
    { runPaused: {} },
    { runContinued: {} },
    step(0, 2),
    step(0, 3),
    { runResumed: { stageIndex: 0, step: 1 } },
    step(0, 2),
  ).map((event, i) => ({ ...event, timeMillis: 1_000 * (i < 4 ? i : i + 1_000) }));
}

const replay = (): Replay =>
  new Replay(
    RUN,
    log().map((event) => ({ event })),
  );

describe("a replay", () => {
  it("ends with the state that the log gives", () => {
    const whole = newRun(RUN);
    log().forEach((event) => reduce(whole, event));
    const played = replay();

    played.seek(played.length);

    expect(played.run).toEqual(whole);
  });

  it("leaves pauses and outages out", () => {
    expect(replay().length).toBe(6);
  });

  it("goes back to what was", () => {
    const played = replay();
    played.seek(6);
    played.seek(2);
    expect(played.run.steps.length).toBe(1);
    played.seek(4);
    expect(played.run.steps.length).toBe(2);
  });

  it("goes on at its speed while it is played, and stops at its end", () => {
    const played = replay();
    played.speed = 2;
    played.tick(5_000);
    played.tick(6_000);
    expect(played.position).toBe(2);
    played.playing = false;
    played.tick(9_000);
    expect(played.position).toBe(2);
    played.play();
    played.tick(20_000);
    expect(played.position).toBe(played.length);
    expect(played.playing).toBe(false);
    played.play();
    expect(played.position).toBe(0);
  });
});
