// The buttons that steer a run. Each is disabled where it does not apply or would not be heard.
import { h, setText } from "./dom";
import type { Command } from "./gateway";
import type { RunStateJson } from "./wire";

const APPLIES: Record<Command, (state: RunStateJson) => boolean> = {
  pause: (state) => state === "RUN_STATE_RUNNING",
  resume: (state) => state === "RUN_STATE_PAUSED" || state === "RUN_STATE_INTERRUPTED",
  cancel: (state) =>
    state === "RUN_STATE_RUNNING" || state === "RUN_STATE_PAUSED" || state === "RUN_STATE_QUEUED",
};

export class Controls {
  readonly element: HTMLElement;
  /** Why the last command failed. */
  readonly problem = h("p", { class: "problem", role: "alert" });

  private readonly buttons: Record<Command, HTMLButtonElement>;
  private readonly dialog: HTMLDialogElement;
  private busy = false;
  /** The button that was pressed last: when it goes off, its counterpart takes the keyboard. */
  private pressed: Command | undefined;
  private state: RunStateJson | undefined;

  constructor(
    private readonly send: (command: Command) => Promise<unknown>,
    private readonly redraw: () => void,
  ) {
    this.buttons = {
      pause: h("button", { type: "button", "data-command": "pause" }, "Pause"),
      resume: h("button", { type: "button", "data-command": "resume" }, "Resume"),
      cancel: h("button", { type: "button", class: "danger", "data-command": "cancel" }, "Cancel…"),
    };
    const { pause, resume, cancel } = this.buttons;
    this.dialog = this.confirmation();
    pause.addEventListener("click", () => void this.run("pause"));
    resume.addEventListener("click", () => void this.run("resume"));
    cancel.addEventListener("click", () => this.dialog.showModal());
    this.element = h(
      "div",
      { class: "controls", role: "group", "aria-label": "Steer the run" },
      pause,
      resume,
      cancel,
      this.dialog,
    );
  }

  update(state: RunStateJson, connected: boolean): void {
    if (state !== this.state) {
      this.state = state;
      setText(this.problem, "");
    }
    for (const [command, button] of Object.entries(this.buttons)) {
      button.disabled = this.busy || !connected || !APPLIES[command as Command](state);
    }
    this.keepKeyboard();
    if (this.dialog.open && this.buttons.cancel.disabled) {
      this.dialog.close();
    }
  }

  private keepKeyboard(): void {
    const other = this.pressed === "pause" ? this.buttons.resume : this.buttons.pause;
    if (this.pressed && !other.disabled) {
      // A button that goes off leaves the keyboard to what is around it.
      if (document.activeElement?.contains(this.buttons[this.pressed])) {
        other.focus();
      }
      this.pressed = undefined;
    }
  }

  private async run(command: Command): Promise<void> {
    this.busy = true;
    this.pressed = command === "cancel" ? undefined : command;
    setText(this.problem, "");
    this.redraw();
    try {
      await this.send(command);
    } catch (error) {
      setText(this.problem, `Could not ${command} the run: ${(error as Error).message}`);
    } finally {
      this.busy = false;
      this.redraw();
    }
  }

  private confirmation(): HTMLDialogElement {
    const keep = h("button", { value: "" }, "Keep the run");
    const cancel = h("button", { class: "danger", value: "cancel" }, "Cancel the run");
    const dialog = h(
      "dialog",
      { "aria-labelledby": "cancel-title" },
      h(
        "form",
        { method: "dialog" },
        h("p", { id: "cancel-title" }, "Cancel this run? Its remaining steps will not be done."),
        h("div", { class: "controls" }, keep, cancel),
      ),
    );
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "cancel") {
        void this.run("cancel");
      }
      dialog.returnValue = "";
    });
    return dialog;
  }
}
