// Says politely, for those who hear the page, what changes that matters: states, stages, connection.
import { setText } from "./dom";
import { stateOf } from "./run-state";
import type { Shown } from "./run-view";
import { lookOf } from "./states";

export class Announcer {
  private said = "";
  private run = "";

  /** The region must have been in the page, empty, before anything is said. */
  constructor(private readonly region: Element) {}

  update({ run, summary, connected }: Shown): void {
    const stage = run.stages[run.stageIndex];
    const parts = [
      `${run.scenario || run.id}: ${lookOf(stateOf(run, summary)).label.toLowerCase()}`,
      stage && stage.status !== "running" ? `stage ${stage.name} ${stage.status}` : "",
      stage?.status === "running" ? `in stage ${stage.name}` : "",
      connected ? "" : "reconnecting to the server",
    ];
    const text = parts.filter((part) => part).join(", ");
    // A run that was just opened is read by its heading; only what changes then is news.
    if (run.id !== this.run) {
      this.run = run.id;
    } else if (text !== this.said) {
      setText(this.region, text);
    }
    this.said = text;
  }
}
