// Plays a run again: a button that begins and ends it, and the bar that it is played with.
import { h, setAttribute, setText } from "./dom";
import { count, duration } from "./format";
import { SPEEDS, type Replay } from "./replay";
import type { Run } from "./run-state";

/** Parts that the slider has. */
const PARTS = 1_000;

export class ReplayView {
  readonly button = h("button", { type: "button", "data-replay": "toggle" }, "Replay");
  readonly element: HTMLElement;

  private readonly play = h("button", { type: "button", "data-replay": "play" }, "Pause");
  private readonly position = h("input", {
    type: "range",
    min: 0,
    max: PARTS,
    step: 1,
    value: 0,
    "aria-label": "Position in the replay",
    "data-replay": "position",
  });
  private readonly speed = h(
    "select",
    { "aria-label": "Speed", "data-replay": "speed" },
    ...SPEEDS.map((speed) => h("option", { value: speed }, `${speed}×`)),
  );
  private readonly told = h("output", { class: "note" });
  private readonly leftOut = h("p", { class: "note", "data-replay": "left-out" });
  /** Why the run cannot be replayed. */
  readonly problem = h("p", { class: "problem", role: "alert" });
  private replay: Replay | undefined;

  constructor(toggle: () => Promise<void>, redraw: () => void) {
    this.element = h(
      "section",
      { class: "panel replay", "aria-label": "Replay", hidden: true },
      this.play,
      this.position,
      this.told,
      h("label", {}, "speed ", this.speed),
      this.leftOut,
    );
    this.button.addEventListener("click", () => void this.begin(toggle));
    this.play.addEventListener("click", () => this.change(redraw, playOrPause));
    this.position.addEventListener("input", () =>
      this.change(redraw, (replay) => {
        replay.playing = false;
        replay.seek((Number(this.position.value) / PARTS) * replay.length);
      }),
    );
    this.speed.addEventListener("change", () =>
      this.change(redraw, (replay) => (replay.speed = Number(this.speed.value))),
    );
  }

  update(replay: Replay | undefined, run: Run): void {
    if (replay !== this.replay) {
      this.replay = replay;
      setText(this.button, replay ? "End replay" : "Replay");
      setAttribute(this.element, "hidden", replay === undefined);
      const few = replay?.leftOut
        ? `The run is long: ${count(replay.leftOut)} points are left out of its replay, no peak among them.`
        : "";
      setText(this.leftOut, few);
    }
    setAttribute(this.button, "disabled", run.appliedSeq === 0 && !replay);
    if (replay) {
      setText(this.play, replay.playing ? "Pause" : "Play");
      this.speed.value = String(replay.speed);
      this.position.value = String(Math.round((replay.position / replay.length) * PARTS) || 0);
      const where = `${duration(replay.position)} of ${duration(replay.length)}`;
      setText(this.told, where);
      setAttribute(this.position, "aria-valuetext", where);
    }
  }

  private async begin(toggle: () => Promise<void>): Promise<void> {
    setText(this.problem, "");
    this.button.disabled = true;
    try {
      await toggle();
    } catch (error) {
      setText(this.problem, `The run cannot be replayed: ${(error as Error).message}`);
    } finally {
      this.button.disabled = false;
    }
  }

  private change(redraw: () => void, what: (replay: Replay) => void): void {
    if (this.replay) {
      what(this.replay);
      redraw();
    }
  }
}

function playOrPause(replay: Replay): void {
  if (replay.playing) {
    replay.playing = false;
  } else {
    replay.play();
  }
}
