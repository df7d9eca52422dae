// The stages of a run in their order, with the one that is on and how far it is.
import { h, rebuild } from "./dom";
import { count, duration } from "./format";
import { pendingStage, type Run, type Stage } from "./run-state";
import { lookOf, stageLook, type Look } from "./states";
import type { RunStateJson, StageInfoJson } from "./wire";

export class PipelineView {
  readonly element: HTMLElement;

  private readonly list = h("ol", { class: "pipeline" });

  constructor() {
    this.element = h("section", { "aria-label": "Pipeline" }, this.list);
  }

  /** Before the first event, `planned` tells the stages. */
  update(run: Run, state: RunStateJson, planned: readonly StageInfoJson[]): void {
    const stages = run.stages.length > 0 ? run.stages : planned.map(pendingStage);
    const key = JSON.stringify([run.stageIndex, state, stages]);
    rebuild(this.list, key, () =>
      stages.map((stage, i) => item(stage, lookIn(state, stage), i === run.stageIndex)),
    );
    const bar = this.list.querySelector("progress");
    const stage = run.stages[run.stageIndex];
    if (bar && stage) {
      bar.value = stepOf(run) / stage.totalSteps;
    }
  }
}

/** Steps done in the stage that is on or was last. */
export function stepOf(run: Run): number {
  return run.steps.at("stage", -1) === run.stageIndex ? run.steps.at("step", -1) : 0;
}

/** A stage that is on when its run is paused or cut off is so, too. */
function lookIn(state: RunStateJson, stage: Stage): Look {
  const held = state === "RUN_STATE_PAUSED" || state === "RUN_STATE_INTERRUPTED";
  return held && stage.status === "running" ? lookOf(state) : stageLook(stage.status);
}

function item(stage: Stage, look: Look, current: boolean): HTMLElement {
  const running = stage.status === "running";
  return h(
    "li",
    { class: `stage ${look.tone}`, "aria-current": current && running ? "step" : undefined },
    h("span", { class: `sign ${look.tone}`, "aria-hidden": "true" }, look.sign),
    h("span", { class: "stage-name" }, stage.name),
    h("span", { class: "stage-note" }, note(stage, look)),
    running && stage.totalSteps > 0
      ? h("progress", { max: 1, value: 0, "aria-label": `Progress of ${stage.name}` })
      : undefined,
  );
}

function note(stage: Stage, look: Look): string {
  const kind = stage.kind && stage.kind !== stage.name ? `${stage.kind}, ` : "";
  const steps = stage.totalSteps > 0 ? `, ${count(stage.totalSteps)} steps` : "";
  if (stage.status === "done" && stage.seconds !== undefined) {
    return `${kind}done in ${duration(stage.seconds)}${steps}`;
  }
  return `${kind}${look.label.toLowerCase()}${steps}`;
}
