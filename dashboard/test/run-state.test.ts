// The reducer: figures of a run from its events, and what a resumption takes back.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newRun, reduce, stateOf, MOST_LOG_LINES, type Run } from "../src/run-state";
import type { RunEventJson } from "../src/wire";
import {
  eventLog,
  layers,
  metric,
  resumed,
  RUN,
  stageFinished,
  stageStarted,
  started,
  step,
  type EventBody,
} from "./events";

function replay(events: RunEventJson[]): Run {
  const run = newRun(RUN);
  events.forEach((event) => reduce(run, event));
  return run;
}

function after(...bodies: EventBody[]): Run {
  return replay(eventLog(...bodies));
}

function keys(run: Run): string[] {
  return Array.from(
    { length: run.steps.length },
    (_, i) => `${run.steps.at("stage", i)}:${run.steps.at("step", i)}`,
  );
}

describe("a run", () => {
  it("knows its scenario and stages from the first event", () => {
    const run = after(started("train", "prune"));
    expect(run).toMatchObject({ scenario: "lenet", dataset: "mnist", seed: "42", stageIndex: -1 });
    expect(run.stages.map((s) => [s.name, s.status])).toEqual([
      ["train", "pending"],
      ["prune", "pending"],
    ]);
    expect(run.state).toBe("RUN_STATE_RUNNING");
  });

  it("follows its stages", () => {
    const run = after(started("a", "b"), stageStarted(0, 2), stageFinished(0, 3), stageStarted(1));
    expect(run.stages.map((s) => s.status)).toEqual(["done", "running"]);
    expect(run.stages[0]).toMatchObject({ seconds: 3, totalSteps: 2 });
    expect(run.stageIndex).toBe(1);
  });

  it("counts steps over all stages on one axis", () => {
    const run = after(
      started("a", "b", "c"),
      stageStarted(0, 2),
      step(0, 1),
      step(0, 2),
      stageStarted(1),
      stageStarted(2, 1),
      step(2, 1),
    );
    expect([...run.steps.column("x")]).toEqual([1, 2, 3]);
    expect(run.stages.map((s) => s.startX)).toEqual([0, 2, 2]);
  });

  it("keeps a number that is none as NaN, out of the running mean", () => {
    const diverged = step(0, 2);
    diverged.step!.loss = "NaN";
    const run = after(started("a"), stageStarted(0, 2), step(0, 1, 4), diverged);
    expect(run.steps.at("loss", -1)).toBeNaN();
    expect(run.steps.at("lossMean", -1)).toBe(4);
  });

  it("tells an absent target from a target of zero", () => {
    const scheduled = step(0, 2);
    scheduled.step!.targetSparsity = 0;
    const run = after(started("a"), stageStarted(0, 2), step(0, 1), scheduled);
    expect(run.steps.at("target", 0)).toBeNaN();
    expect(run.steps.at("target", 1)).toBe(0);
  });

  it("keeps the newest value of a metric measured at the same step", () => {
    const run = after(started("a"), stageStarted(0, 5), metric(0, 0.5, 5), metric(0, 0.6, 5));
    expect(run.metrics.map((m) => m.value)).toEqual([0.6]);
  });

  it("places a metric measured outside training after the last step", () => {
    const run = after(started("a"), stageStarted(0, 5), metric(0, 0.1), step(0, 1), metric(0, 0.5));
    expect(run.metrics.map((m) => m.x)).toEqual([0, 1]);
  });

  it("counts the time it was running, without pauses and outages", () => {
    const run = after(
      started("a"), // 1000
      stageStarted(0, 5), // 1100
      { runPaused: {} }, // 1200
      { runContinued: {} }, // 1300
      step(0, 1), // 1400
      resumed(0, 0), // 1500, nobody's time
      step(0, 1), // 1600
    );
    expect(run.activeMillis).toBe(400);
  });

  it("shows a failure, until it is resumed", () => {
    const failed: EventBody[] = [
      started("a", "b"),
      stageStarted(0, 5),
      { failure: { code: "FAILURE_CODE_NUMERIC", message: "diverged", stage: "a", cause: "" } },
      { runFinished: { state: "RUN_STATE_FAILED", seconds: 1 } },
    ];
    const run = after(...failed);
    expect(run.state).toBe("RUN_STATE_FAILED");
    expect(run.failure?.message).toBe("diverged");
    expect(run.stages.map((s) => s.status)).toEqual(["failed", "pending"]);
    const again = after(...failed, resumed(0, 0));
    expect(again.failure).toBeUndefined();
    expect(again.stages.map((s) => s.status)).toEqual(["running", "pending"]);
  });

  it("tells what happened, and what people did, in its log", () => {
    const run = after(
      started("train"),
      stageStarted(0, 2),
      { runPaused: {} },
      { settingChanged: { name: "learningRate", value: 0.5, step: 1 } },
      { runContinued: {} },
      stageFinished(0, 3),
      { runFinished: { state: "RUN_STATE_SUCCEEDED" } },
    );
    expect(run.log.map((line) => line.message)).toEqual([
      "run started with seed 42",
      "stage s0 started",
      "paused",
      "learning rate set to 0.5 after step 1",
      "continued",
      "stage s0 done",
      "run succeeded",
    ]);
  });

  it("keeps a bounded number of log lines", () => {
    const lines = Array.from({ length: MOST_LOG_LINES + 10 }, (_, i) => ({
      log: { level: "INFO", message: `line ${i}` },
    }));
    const run = after(started("a"), ...lines);
    expect(run.log).toHaveLength(MOST_LOG_LINES);
    expect(run.log.at(-1)?.message).toBe(`line ${MOST_LOG_LINES + 9}`);
  });

  it("counts what comes again, and changes nothing", () => {
    const events = eventLog(started("a"), stageStarted(0, 5), step(0, 1));
    const run = replay([...events, events[2]!]);
    expect(run.duplicates).toBe(1);
    expect(keys(run)).toEqual(["0:1"]);
  });
});

describe("a resumed run", () => {
  it("takes back the points after the checkpoint", () => {
    const run = after(
      started("a", "b"),
      stageStarted(0, 3),
      step(0, 1),
      step(0, 2),
      step(0, 3),
      metric(0, 0.5, 3),
      metric(0, 0.5, 0, "loss"),
      layers(0, 1, 10),
      layers(0, 3, 30),
      stageStarted(1, 2),
      step(1, 1),
      { exported: { stageIndex: 1, name: "onnx", path: "m.onnx", bytes: 1, sha256: "" } },
      resumed(0, 1),
    );
    expect(keys(run)).toEqual(["0:1"]);
    expect(run.voidedPoints).toBe(3);
    expect(run.metrics).toEqual([]);
    expect([...run.layers.last()!.zeros]).toEqual([10]);
    expect(run.exports).toEqual([]);
    expect(run.stages.map((s) => s.status)).toEqual(["running", "pending"]);
  });

  it("goes on at the place it was resumed", () => {
    const run = after(
      started("a", "b"),
      stageStarted(0, 2),
      step(0, 1),
      step(0, 2),
      stageStarted(1, 2),
      step(1, 1),
      step(1, 2),
      resumed(1, 1),
      stageStarted(1, 2),
      step(1, 2),
    );
    expect(keys(run)).toEqual(["0:1", "0:2", "1:1", "1:2"]);
    expect([...run.steps.column("x")]).toEqual([1, 2, 3, 4]);
    expect(run.duplicates).toBe(0);
  });

  it("has the points that a plain reading of the log gives, for any history of crashes", () => {
    // From 0 to 3 stages; crashes at any event, each going back to any step of its stage or before.
    const history = fc.record({
      stages: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 4 }),
      crashes: fc.array(fc.record({ after: fc.nat(15), back: fc.nat(15) }), { maxLength: 5 }),
    });
    fc.assert(
      fc.property(history, ({ stages, crashes }) => {
        const bodies = play(stages, crashes);
        const run = after(...bodies);
        expect(keys(run)).toEqual(validKeys(bodies));
        expect(run.duplicates).toBe(0);
        // In the end, a run that was killed looks like one that was not.
        const calm = after(...play(stages, []));
        expect(keys(run)).toEqual(keys(calm));
        for (const column of ["x", "loss", "lossMean", "sparsity"] as const) {
          expect([...run.steps.column(column)]).toEqual([...calm.steps.column(column)]);
        }
        expect(run.metrics).toEqual(calm.metrics);
        expect(run.stages).toEqual(calm.stages);
        expect(run.layers.last()?.zeros).toEqual(calm.layers.last()?.zeros);
      }),
      { numRuns: 500 },
    );
  });
});

/** The events of a run that crashes now and then, and goes on from an earlier step. */
function play(stages: number[], crashes: { after: number; back: number }[]): EventBody[] {
  const bodies: EventBody[] = [started(...stages.map((_, i) => `s${i}`))];
  const todo = [...crashes];
  let untilCrash = todo[0]?.after ?? Infinity;
  let stage = 0;
  let done = 0;
  let entered = false;
  while (stage < stages.length) {
    if (untilCrash-- <= 0) {
      let back = todo.shift()!.back;
      untilCrash = todo[0]?.after ?? Infinity;
      // Walk back over steps, and into the stages before.
      while (back > done && stage > 0) {
        back -= done + 1;
        stage--;
        done = stages[stage]!;
      }
      done = Math.max(0, done - Math.max(0, back));
      bodies.push(resumed(stage, done));
      entered = false;
    }
    if (!entered) {
      bodies.push(stageStarted(stage, stages[stage]!));
      entered = true;
    } else if (done < stages[stage]!) {
      done++;
      bodies.push(step(stage, done));
      if (done % 2 === 0) {
        bodies.push(layers(stage, done, stage * 20 + done));
      }
    } else {
      bodies.push(metric(stage, stage / 10, done), stageFinished(stage));
      stage++;
      done = 0;
      entered = false;
    }
  }
  bodies.push({ runFinished: { state: "RUN_STATE_SUCCEEDED", seconds: 1 } });
  return bodies;
}

/** The definition, word by word: a resumption voids later steps of its stage and later stages. */
function validKeys(bodies: EventBody[]): string[] {
  const valid = bodies.filter(
    (body, i) =>
      body.step &&
      !bodies
        .slice(i + 1)
        .some(
          ({ runResumed: to }) =>
            to &&
            (body.step!.stageIndex! > to.stageIndex! ||
              (body.step!.stageIndex === to.stageIndex && body.step!.step! > to.step!)),
        ),
  );
  return valid.map(({ step }) => `${step!.stageIndex}:${step!.step}`);
}

describe("the state to show", () => {
  const run = after(started("a"), stageStarted(0, 5));

  it("is that of the events", () => {
    expect(stateOf(run, { state: "RUN_STATE_PAUSED", lastSeq: 1 })).toBe("RUN_STATE_RUNNING");
    expect(stateOf(run, undefined)).toBe("RUN_STATE_RUNNING");
  });

  it("is the summary's while there are no events", () => {
    expect(stateOf(newRun(RUN), { state: "RUN_STATE_QUEUED", lastSeq: 0 })).toBe(
      "RUN_STATE_QUEUED",
    );
  });

  it("is interrupted if the server says so and no event came since", () => {
    const summary = { state: "RUN_STATE_INTERRUPTED", lastSeq: 2 } as const;
    expect(stateOf(run, summary)).toBe("RUN_STATE_INTERRUPTED");
    expect(stateOf(after(started("a"), stageStarted(0, 5), resumed(0, 0)), summary)).toBe(
      "RUN_STATE_RUNNING",
    );
  });
});
