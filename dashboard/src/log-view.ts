// The last lines of a run's log. It stays at the end, unless somebody scrolled up to read.
import { h } from "./dom";
import { timeOfDay } from "./format";
import type { LogLine, Run } from "./run-state";

export class LogView {
  readonly element: HTMLElement;

  private readonly list = h("ol", {
    class: "log",
    tabindex: 0,
    "aria-labelledby": "log-title",
  });
  private shown: LogLine[] = [];

  constructor() {
    this.element = h(
      "section",
      { "aria-labelledby": "log-title" },
      h("h2", { id: "log-title" }, "Log"),
      this.list,
    );
  }

  update(run: Run): void {
    const lines = run.log;
    if (lines.at(-1) === this.shown.at(-1) && lines.length === this.shown.length) {
      return;
    }
    if ((lines.at(-1)?.seq ?? 0) < (this.shown.at(-1)?.seq ?? 0)) {
      // A replay went back.
      this.list.replaceChildren();
      this.shown = [];
    }
    const atEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 24;
    const first = lines[0]?.seq ?? Infinity;
    const last = this.shown.at(-1)?.seq ?? 0;
    const gone = this.shown.filter((line) => line.seq < first).length;
    for (let i = 0; i < gone; i++) {
      this.list.firstElementChild?.remove();
    }
    this.list.append(...lines.filter((line) => line.seq > last).map(item));
    this.shown = [...lines];
    if (atEnd) {
      this.list.scrollTop = this.list.scrollHeight;
    }
  }
}

function item(line: LogLine): HTMLElement {
  const level = line.level.toLowerCase();
  return h(
    "li",
    { class: level },
    h("time", { datetime: new Date(line.timeMillis).toISOString() }, timeOfDay(line.timeMillis)),
    h("span", { class: "level" }, line.level),
    h("span", {}, line.message),
  );
}
