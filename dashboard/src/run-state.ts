// What the dashboard knows of a run, computed from its events alone: the same events in the same
// order give the same state. No clock, no DOM, no network. `reduce` changes the state in place,
// since a run has many steps and one owner.
import { words } from "./format";
import { LayerHistory } from "./layer-history";
import { StepSeries, type StepPoint } from "./step-series";
import {
  num,
  type ChannelsCutJson,
  type FailureJson,
  type MetricJson,
  type PlanProposedJson,
  type RunEventJson,
  type RunStateJson,
  type RunSummaryJson,
  type StageInfoJson,
  type StepJson,
} from "./wire";

export type StageStatus = "pending" | "running" | "done" | "failed" | "cancelled";

export interface Stage {
  name: string;
  kind: string;
  status: StageStatus;
  /** Optimizer steps it will make; 0 where it does not train. */
  totalSteps: number;
  /** Where it begins on the axis that counts steps over all stages; absent before it started. */
  startX: number | undefined;
  seconds: number | undefined;
}

export interface MetricPoint {
  readonly stage: number;
  readonly subject: string;
  readonly name: string;
  readonly value: number;
  readonly step: number;
  /** The last step of its stage when it was measured. */
  readonly after: number;
  readonly x: number;
}

export interface ExportedFile {
  readonly stage: number;
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface LogLine {
  readonly seq: number;
  readonly timeMillis: number;
  readonly level: string;
  readonly message: string;
}

export const MOST_LOG_LINES = 500;

export interface Run {
  readonly id: string;
  scenario: string;
  dataset: string;
  seed: string;
  state: RunStateJson;
  stages: Stage[];
  /** The stage that is on or was last; -1 before the first. */
  stageIndex: number;
  readonly steps: StepSeries;
  /** Points that the run has, those that a snapshot left out included. */
  points: number;
  readonly layers: LayerHistory;
  metrics: MetricPoint[];
  exports: ExportedFile[];
  /** Channels that stages took out, in the order of the stages. */
  cuts: ChannelsCutJson[];
  log: LogLine[];
  /** The plan that waits to be approved. */
  plan: PlanProposedJson | undefined;
  /** What was changed while it ran, with its place on the axis. */
  changes: { x: number; label: string }[];
  failure: FailureJson | undefined;
  startedMillis: number | undefined;
  /** Time it was running, up to `lastMillis` if it is running: pauses and outages do not count. */
  activeMillis: number;
  lastMillis: number;
  /** Sequence number of the last event applied. */
  appliedSeq: number;
  /** Events and points that came again although they were here: 0 unless something is broken. */
  duplicates: number;
  /** Points taken back because the run was resumed from a checkpoint before them. */
  voidedPoints: number;
}

export function newRun(id: string): Run {
  return {
    id,
    scenario: "",
    dataset: "",
    seed: "",
    state: "RUN_STATE_UNSPECIFIED",
    stages: [],
    stageIndex: -1,
    steps: new StepSeries(),
    points: 0,
    plan: undefined,
    changes: [],
    layers: new LayerHistory(),
    metrics: [],
    exports: [],
    cuts: [],
    log: [],
    failure: undefined,
    startedMillis: undefined,
    activeMillis: 0,
    lastMillis: 0,
    appliedSeq: 0,
    duplicates: 0,
    voidedPoints: 0,
  };
}

/** Applies the next event. Events come in order, each once; one that comes again is only counted. */
export function reduce(run: Run, event: RunEventJson): void {
  const seq = event.seq ?? 0;
  if (seq <= run.appliedSeq) {
    run.duplicates++;
    return;
  }
  run.appliedSeq = seq;
  const time = num(event.timeMillis);
  // The time between a crash and the resumption is nobody's.
  if (run.state === "RUN_STATE_RUNNING" && !event.runResumed) {
    run.activeMillis += Math.max(0, time - run.lastMillis);
  }
  run.lastMillis = time;
  apply(run, event, time);
}

function apply(run: Run, event: RunEventJson, time: number): void {
  if (event.step) {
    addStep(run, event.step, time);
  } else if (event.metric) {
    addMetric(run, event.metric);
  } else if (event.layerSparsity) {
    run.layers.append(event.layerSparsity);
  } else if (event.log) {
    tell(run, event, event.log.message ?? "", event.log.level ?? "");
  } else if (event.runStarted) {
    run.scenario = event.runStarted.scenario ?? "";
    run.dataset = event.runStarted.dataset ?? "";
    run.seed = event.runStarted.seed ?? "";
    run.stages = (event.runStarted.stages ?? []).map(pendingStage);
    run.startedMillis = time;
    run.state = "RUN_STATE_RUNNING";
    tell(run, event, `run started with seed ${run.seed || "0"}`);
  } else if (event.runResumed) {
    const { stageIndex = 0, step = 0 } = event.runResumed;
    resume(run, stageIndex, step);
    tell(run, event, `resumed in stage ${run.stages[stageIndex]!.name} after step ${step}`);
  } else if (event.runPaused) {
    run.state = "RUN_STATE_PAUSED";
    tell(run, event, "paused");
  } else if (event.runContinued) {
    run.state = "RUN_STATE_RUNNING";
    tell(run, event, "continued");
  } else if (event.runFinished) {
    finish(run, event.runFinished.state ?? "RUN_STATE_UNSPECIFIED");
    tell(run, event, `run ${run.state.replace("RUN_STATE_", "").toLowerCase()}`);
  } else if (event.failure) {
    run.failure = event.failure;
    const wanted = event.failure.code === "FAILURE_CODE_CANCELLED";
    tell(run, event, event.failure.message ?? "failed", wanted ? "INFO" : "ERROR");
  } else if (event.stageStarted) {
    const started = event.stageStarted;
    const index = started.index ?? 0;
    const stage = startStage(run, index);
    stage.name = started.name || stage.name;
    stage.kind = started.kind || stage.kind;
    stage.totalSteps = started.totalSteps ?? 0;
    stage.status = "running";
    stage.seconds = undefined;
    run.stageIndex = index;
    tell(run, event, `stage ${stage.name} started`);
  } else if (event.stageFinished) {
    const stage = startStage(run, event.stageFinished.index ?? 0);
    stage.status = "done";
    stage.seconds = num(event.stageFinished.seconds);
    tell(run, event, `stage ${stage.name} done`);
  } else if (event.exported) {
    const { stageIndex = 0, name = "", path = "", bytes, sha256 = "" } = event.exported;
    run.exports = run.exports.filter((file) => file.path !== path);
    run.exports.push({ stage: stageIndex, name, path, bytes: num(bytes), sha256 });
    tell(run, event, `exported ${path}`);
  } else if (event.channelsCut) {
    const { stageIndex = 0 } = event.channelsCut;
    run.cuts = run.cuts.filter((cut) => (cut.stageIndex ?? 0) !== stageIndex);
    run.cuts.push(event.channelsCut);
  } else if (event.settingChanged) {
    const { name = "", value } = event.settingChanged;
    const { stageIndex = 0, step = 0 } = event.settingChanged;
    tell(run, event, `${words(name)} set to ${num(value)} after step ${step}`);
    run.changes.push({ x: startStage(run, stageIndex).startX! + step, label: name });
  } else if (event.planProposed) {
    run.plan = event.planProposed;
    tell(run, event, `plan ${event.planProposed.plan} waits for consent`);
  } else if (event.planDecided) {
    run.plan = undefined;
    const { plan = "", approved = false, reason = "" } = event.planDecided;
    const verdict = approved ? "approved" : `rejected${reason ? `: ${reason}` : ""}`;
    tell(run, event, `plan ${plan} ${verdict}`);
  }
}

function addStep(run: Run, step: StepJson, time: number): void {
  const stage = step.stageIndex ?? 0;
  const number = step.step ?? 0;
  if (!run.steps.isAfterLast(stage, number)) {
    run.duplicates++;
    return;
  }
  run.points++;
  run.steps.append(pointOf(step, startStage(run, stage).startX!, time));
}

/** A step as a point of the curves; `startX` is where its stage begins. */
export function pointOf(step: StepJson, startX: number, time: number): StepPoint {
  return {
    time,
    x: startX + (step.step ?? 0),
    stage: step.stageIndex ?? 0,
    step: step.step ?? 0,
    epoch: step.epoch ?? 0,
    loss: num(step.loss),
    accuracy: num(step.accuracy),
    learningRate: num(step.learningRate),
    samplesPerSecond: num(step.samplesPerSecond),
    sparsity: num(step.sparsity),
    target: step.targetSparsity === undefined ? NaN : num(step.targetSparsity),
  };
}

function addMetric(run: Run, metric: MetricJson): void {
  const { stageIndex: stage = 0, subject = "", name = "", value, step = 0 } = metric;
  const startX = startStage(run, stage).startX!;
  const trained = run.steps.at("stage", -1) === stage ? run.steps.at("step", -1) : 0;
  const after = step > 0 ? step : trained;
  run.metrics = run.metrics.filter(
    (m) => m.stage !== stage || m.subject !== subject || m.name !== name || m.after !== after,
  );
  run.metrics.push({ stage, subject, name, value: num(value), step, after, x: startX + after });
}

/** What happens at an event, as a line of the log. */
function tell(run: Run, event: RunEventJson, message: string, level = "INFO"): void {
  run.log.push({ seq: event.seq ?? 0, timeMillis: num(event.timeMillis), level, message });
  if (run.log.length > MOST_LOG_LINES) {
    run.log = run.log.slice(-MOST_LOG_LINES);
  }
}

/** The stage, with its place on the axis: after the last step of the stages before it. */
function startStage(run: Run, index: number): Stage {
  while (run.stages.length <= index) {
    run.stages.push(pendingStage({ name: `stage ${run.stages.length + 1}` }));
  }
  const stage = run.stages[index]!;
  stage.startX ??= run.steps.length > 0 ? run.steps.at("x", -1) : 0;
  return stage;
}

export function pendingStage(info: StageInfoJson): Stage {
  return {
    name: info.name ?? "",
    kind: info.kind ?? "",
    status: "pending",
    totalSteps: 0,
    startX: undefined,
    seconds: undefined,
  };
}

function resume(run: Run, index: number, step: number): void {
  const voided = run.steps.truncateAfter(index, step);
  run.voidedPoints += voided;
  run.points -= voided;
  run.plan = undefined;
  run.layers.truncateAfter(index, step);
  run.metrics = run.metrics.filter(
    (m) => m.stage < index || (m.stage === index && m.after <= step),
  );
  run.exports = run.exports.filter((file) => file.stage <= index);
  run.cuts = run.cuts.filter((cut) => (cut.stageIndex ?? 0) <= index);
  run.stages = run.stages.map((stage, i) => (i > index ? pendingStage(stage) : stage));
  const stage = startStage(run, index);
  stage.status = "running";
  stage.seconds = undefined;
  run.stageIndex = index;
  run.state = "RUN_STATE_RUNNING";
  run.failure = undefined;
}

function finish(run: Run, state: RunStateJson): void {
  run.state = state;
  run.plan = undefined;
  const stage = run.stages[run.stageIndex];
  if (stage?.status === "running" && state !== "RUN_STATE_SUCCEEDED") {
    stage.status = state === "RUN_STATE_CANCELLED" ? "cancelled" : "failed";
  }
}

/** True if nothing more will happen, unless somebody resumes it. */
export function isOver(state: RunStateJson): boolean {
  return (
    state === "RUN_STATE_SUCCEEDED" ||
    state === "RUN_STATE_FAILED" ||
    state === "RUN_STATE_CANCELLED"
  );
}

/**
 * The state to show. The events are right about everything they tell of; a run that waits, or whose
 * process ended, cannot say so itself: the summary knows.
 */
export function stateOf(run: Run, summary: RunSummaryJson | undefined): RunStateJson {
  const told = summary?.state;
  if (told === undefined || isOver(run.state)) {
    return run.state;
  }
  const current = (summary?.lastSeq ?? 0) >= run.appliedSeq;
  const silent = told === "RUN_STATE_INTERRUPTED" || run.state === "RUN_STATE_UNSPECIFIED";
  return current && silent ? told : run.state;
}
