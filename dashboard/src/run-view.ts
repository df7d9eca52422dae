// The page of one run: its head, and the parts below, each in a file of its own.
import { ChartsView } from "./charts-view";
import type { Clock } from "./clock";
import { Controls } from "./controls";
import { CutsView } from "./cuts-view";
import { h, rebuild, setAttribute, setText } from "./dom";
import { ExportsView } from "./exports-view";
import { FiguresView } from "./figures-view";
import { duration, fullDate, shortDate } from "./format";
import { fileUrl, type Command } from "./gateway";
import { HeatMapView } from "./heat-map-view";
import { LayersView } from "./layers-view";
import { LogView } from "./log-view";
import { MeasuredView } from "./measured-view";
import { MetricsView } from "./metrics-view";
import { ModelView } from "./model-view";
import { PipelineView } from "./pipeline-view";
import { PlanView } from "./plan-view";
import type { Replay } from "./replay";
import { ReplayView } from "./replay-view";
import { RunAdmin } from "./run-admin";
import { isOver, stateOf, type Run } from "./run-state";
import { lookOf } from "./states";
import { SteerView } from "./steer-view";
import type { RunSummaryJson } from "./wire";

const REPORT = "report.html";

export interface Shown {
  readonly run: Run;
  /** Where the run is played again, if it is. */
  readonly replay: Replay | undefined;
  readonly summary: RunSummaryJson | undefined;
  readonly connected: boolean;
  readonly clock: Clock;
}

export class RunView {
  readonly element: HTMLElement;

  private readonly title = h("h1");
  private readonly facts = h("p", { class: "note facts" });
  private readonly state = h("span", { class: "state" });
  private readonly elapsed = h("span", { class: "elapsed", title: "Time running, without pauses" });
  private readonly report = h("a", { class: "button", hidden: true }, "Report");
  private readonly failure = h("div", { class: "failure", role: "alert", hidden: true });
  private readonly controls: Controls;
  private readonly pipeline: PipelineView;
  private readonly charts: ChartsView;
  private readonly parts: readonly {
    element: HTMLElement;
    update(run: Run, replayed: boolean): void;
  }[];

  private readonly admin: RunAdmin;
  private readonly steer: SteerView;
  private readonly replay: ReplayView;
  private readonly left = h("span", { class: "elapsed left", title: "Time left in this stage" });

  constructor(
    id: string,
    send: (command: Command) => Promise<unknown>,
    toggleReplay: () => Promise<void>,
    redraw: () => void,
  ) {
    this.replay = new ReplayView(toggleReplay, redraw);
    this.controls = new Controls(send, redraw);
    this.charts = new ChartsView(redraw);
    const pipeline = new PipelineView();
    const figures = new FiguresView();
    const layers = new LayersView();
    const metrics = new MetricsView();
    const exports = new ExportsView();
    const log = new LogView();
    const plan = new PlanView();
    const cuts = new CutsView();
    const heat = new HeatMapView();
    const model = new ModelView(id);
    const measured = new MeasuredView(id);
    this.admin = new RunAdmin(id);
    this.steer = new SteerView(id);
    this.pipeline = pipeline;
    this.parts = [
      figures,
      this.charts,
      plan,
      layers,
      heat,
      cuts,
      model,
      measured,
      metrics,
      exports,
      log,
    ];
    this.element = h(
      "article",
      { class: "run" },
      h(
        "header",
        { class: "run-head" },
        h("div", { class: "run-title" }, this.title, this.facts),
        h("div", { class: "run-state" }, this.state, this.elapsed, this.left),
        h("div", { class: "run-actions" }, this.report, this.replay.button, this.controls.element),
      ),
      this.controls.problem,
      this.replay.problem,
      this.replay.element,
      this.failure,
      plan.element,
      pipeline.element,
      this.steer.element,
      figures.element,
      this.charts.element,
      h(
        "div",
        { class: "columns" },
        h("div", { class: "stack" }, layers.element, heat.element, cuts.element),
        h("div", { class: "stack" }, metrics.element, exports.element),
      ),
      model.element,
      measured.element,
      this.admin.element,
      log.element,
    );
  }

  update({ run, replay, summary, connected, clock }: Shown): void {
    const replayed = replay !== undefined;
    const state = stateOf(run, replayed ? undefined : summary);
    this.publish(run, state, connected);
    setText(this.title, run.scenario || summary?.scenario || run.id);
    this.updateFacts(run, run.dataset || summary?.dataset || "");
    const look = lookOf(state);
    rebuild(this.state, look.label, () => [
      h("span", { class: `sign ${look.tone}`, "aria-hidden": "true" }, look.sign),
      look.label,
    ]);
    const seconds = replayed ? run.activeMillis / 1000 : clock.elapsed(run, summary);
    setText(this.elapsed, run.startedMillis ? duration(seconds) : "");
    setText(this.left, replayed ? "" : timeLeft(run, state));
    this.replay.update(replay, run);
    this.controls.update(state, connected && !replayed);
    this.steer.update(state, connected, !replayed && trains(run));
    this.admin.update(summary, isOver(state) || state === "RUN_STATE_INTERRUPTED");
    this.updateReport(run, state);
    this.updateFailure(run);
    this.pipeline.update(run, state, summary?.stages ?? []);
    this.parts.forEach((part) => part.update(run, replayed));
  }

  destroy(): void {
    this.charts.destroy();
  }

  /** What tests and assistive scripts can rely on. */
  private publish(run: Run, state: string, connected: boolean): void {
    const attributes = {
      "data-run": run.id,
      "data-state": state,
      "data-applied-seq": run.appliedSeq,
      "data-step-points": run.points,
      "data-duplicates": run.duplicates,
      "data-voided-points": run.voidedPoints,
      "data-connection": connected ? "open" : "reconnecting",
    };
    for (const [name, value] of Object.entries(attributes)) {
      setAttribute(this.element, name, value);
    }
  }

  private updateFacts(run: Run, dataset: string): void {
    rebuild(this.facts, JSON.stringify([dataset, run.seed, run.startedMillis]), () => {
      const started = run.startedMillis;
      const iso = started ? new Date(started).toISOString() : "";
      return [
        dataset ? h("span", {}, dataset) : undefined,
        h("span", {}, "run ", h("code", {}, run.id)),
        run.seed ? h("span", {}, `seed ${run.seed}`) : undefined,
        started
          ? h(
              "span",
              {},
              "started ",
              h("time", { datetime: iso, title: fullDate(started) }, shortDate(started)),
            )
          : undefined,
      ];
    });
  }

  private updateReport(run: Run, state: string): void {
    // The server reports what a run exported, once it has succeeded.
    this.report.hidden = state !== "RUN_STATE_SUCCEEDED" || run.exports.length === 0;
    if (!this.report.hidden) {
      setAttribute(this.report, "href", fileUrl(run.id, REPORT));
    }
  }

  private updateFailure(run: Run): void {
    const failure = run.state === "RUN_STATE_CANCELLED" ? undefined : run.failure;
    this.failure.hidden = failure === undefined;
    rebuild(this.failure, JSON.stringify(failure ?? ""), () =>
      failure
        ? [
            h(
              "p",
              {},
              h("strong", {}, failure.stage ? `Failed in ${failure.stage}: ` : "Failed: "),
              failure.message ?? "",
            ),
            h(
              "p",
              { class: "note" },
              h("code", {}, (failure.code ?? "").replace("FAILURE_CODE_", "")),
              failure.cause ? ` ${failure.cause}` : "",
            ),
          ]
        : [],
    );
  }
}

/** Whether the stage that is on makes steps. */
function trains(run: Run): boolean {
  const stage = run.stages[run.stageIndex];
  return stage?.status === "running" && stage.totalSteps > 0;
}

/** From the pace of the last steps to the end of the stage. */
function timeLeft(run: Run, state: string): string {
  const stage = run.stages[run.stageIndex];
  const { steps } = run;
  if (state !== "RUN_STATE_RUNNING" || !stage?.totalSteps || steps.length < 3) {
    return "";
  }
  const back = Math.min(200, steps.length - 1);
  const taken = steps.at("x", -1) - steps.at("x", -1 - back);
  const millis = steps.at("time", -1) - steps.at("time", -1 - back);
  if (steps.at("stage", -1) !== run.stageIndex || !(taken > 0) || !(millis > 0)) {
    return "";
  }
  const left = stage.totalSteps - steps.at("step", -1);
  return `about ${duration(((millis / taken) * left) / 1000)} left`;
}
