// Channels that a plan takes out or a stage took out: of each group what it had and has, and what
// that comes to in parameters and multiply-accumulates.
import { h, rebuild, type Child } from "./dom";
import { count, percent } from "./format";
import type { Run } from "./run-state";
import { num, type ChannelsCutJson, type JsonNumber } from "./wire";

export class CutsView {
  readonly element: HTMLElement;

  private readonly host = h("div", { class: "stack" });

  constructor() {
    this.element = h(
      "section",
      { "aria-labelledby": "cuts-title", hidden: true },
      h("h2", { id: "cuts-title" }, "Channels"),
      this.host,
    );
  }

  update(run: Run): void {
    this.element.hidden = run.cuts.length === 0;
    rebuild(this.host, JSON.stringify([run.cuts, run.stages.map((stage) => stage.name)]), () =>
      run.cuts.map((cut) => cutTable(run.stages[cut.stageIndex ?? 0]?.name ?? "", cut)),
    );
  }
}

export function cutTable(title: string, cut: ChannelsCutJson): HTMLElement {
  return h(
    "div",
    {},
    h("p", { class: "note" }, title ? `${title}: ` : "", totals(cut)),
    h(
      "div",
      { class: "scroll tall", tabindex: 0, role: "group", "aria-label": `Channels ${title}` },
      h(
        "table",
        { class: "layers" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, "Made by"),
            ...["Before", "After", "Kept"].map((name) =>
              h("th", { scope: "col", class: "number" }, name),
            ),
            h("th", { scope: "col", class: "bar-column" }, h("span", { class: "hidden" }, "Bar")),
          ),
        ),
        h(
          "tbody",
          {},
          ...(cut.groups ?? []).map(({ tensor = "", before = 0, after = 0 }) =>
            row(tensor, before, after),
          ),
        ),
      ),
    ),
  );
}

function row(tensor: string, before: number, after: number): HTMLElement {
  const bar = h("span", { class: "bar" });
  bar.style.width = `${(after / before) * 100}%`;
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, tensor),
    ...[count(before), count(after), percent(after / before, 1)].map((text) =>
      h("td", { class: "number" }, text),
    ),
    h("td", { class: "bar-column", "aria-hidden": "true" }, h("span", { class: "track" }, bar)),
  );
}

function totals(cut: ChannelsCutJson): Child {
  const change = (before: JsonNumber | undefined, after: JsonNumber | undefined): string => {
    const [from, to] = [num(before), num(after)];
    return `${count(from)} → ${count(to)} (−${percent(1 - to / from, 1)})`;
  };
  const parameters = `parameters ${change(cut.parametersBefore, cut.parametersAfter)}`;
  // A model whose shapes do not follow has no count of them.
  const macs =
    num(cut.macsBefore) > 0
      ? `, multiply-accumulates ${change(cut.macsBefore, cut.macsAfter)}`
      : "";
  return parameters + macs;
}
