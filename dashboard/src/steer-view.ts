// Changes a training while it is on: each change is a request, and comes back as an event.
import { h, setText } from "./dom";
import { words } from "./format";
import { ofRun, post } from "./gateway";
import type { RunStateJson } from "./wire";

const SETTINGS: Record<string, { min: number; max?: number; step: string; hint: string }> = {
  targetSparsity: { min: 0, max: 0.999, step: "any", hint: "share of zeros at the end" },
  learningRate: { min: 0, step: "any", hint: "from the next step on" },
  endStep: { min: 1, step: "1", hint: "last step with new masks" },
};

export class SteerView {
  readonly element: HTMLElement;

  private readonly told = h("p", { class: "note", role: "status" });
  private readonly select = h(
    "select",
    { "aria-label": "What to change", "data-steer": "name" },
    ...Object.keys(SETTINGS).map((name) => h("option", { value: name }, words(name))),
  );
  private readonly input = h("input", {
    type: "number",
    required: true,
    "aria-label": "New value",
    "data-steer": "value",
  });
  private readonly button = h("button", { type: "submit", "data-steer": "set" }, "Change");

  constructor(private readonly run: string) {
    const form = h("form", { class: "steer" }, this.select, this.input, this.button, this.told);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.set();
    });
    this.select.addEventListener("change", () => this.adapt());
    this.adapt();
    this.element = h(
      "section",
      { "aria-labelledby": "steer-title", class: "panel", hidden: true },
      h("h2", { id: "steer-title" }, "Steer"),
      form,
    );
  }

  /** `trains` tells whether there is a training to change. */
  update(state: RunStateJson, connected: boolean, trains: boolean): void {
    const on = state === "RUN_STATE_RUNNING" || state === "RUN_STATE_PAUSED";
    this.element.hidden = !on || !trains;
    this.button.disabled = !connected;
  }

  private adapt(): void {
    const { min, max, step, hint } = SETTINGS[this.select.value]!;
    this.input.min = String(min);
    this.input.max = max === undefined ? "" : String(max);
    this.input.step = step;
    this.input.placeholder = hint;
  }

  private async set(): Promise<void> {
    const name = this.select.value;
    this.button.disabled = true;
    try {
      await post(ofRun(this.run, "set"), { name, value: Number(this.input.value) });
      setText(this.told, `${words(name)} is ${this.input.value} from the next step on`);
      this.input.value = "";
    } catch (error) {
      setText(this.told, (error as Error).message);
    } finally {
      this.button.disabled = false;
    }
  }
}
