// Channels that a plan takes out or a stage took out: of each layer what it had and has, what that
// comes to in parameters and multiply-accumulates, and which channels stay and why.
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

export interface LayerRow {
  readonly layer: string;
  readonly inputs: string;
  readonly outputs: string;
  /** Share of the weights that is left, 0 to 1. */
  readonly kept: number;
}

/** What each layer had and has of channels, in the order of the graph. */
export function layerRows(cut: ChannelsCutJson): LayerRow[] {
  return (cut.layers ?? []).map((one) => ({
    layer: one.layer ?? "",
    inputs: arrow(num(one.inputsBefore), num(one.inputsAfter)),
    outputs: arrow(num(one.outputsBefore), num(one.outputsAfter)),
    kept: num(one.weightsAfter) / num(one.weightsBefore),
  }));
}

/** For each group that keeps its channels, how many and why. */
export function staying(cut: ChannelsCutJson): string[] {
  return (cut.frozen ?? []).map(
    ({ group = "", channels = 0, reason = "" }) =>
      `${group} keeps its ${count(channels)} channels: ${reason}`,
  );
}

function arrow(before: number, after: number): string {
  return before === after ? count(before) : `${count(before)} → ${count(after)}`;
}

export function cutTable(title: string, cut: ChannelsCutJson): HTMLElement {
  const stays = staying(cut);
  return h(
    "div",
    { class: "stack" },
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
            h("th", { scope: "col" }, "Layer"),
            ...["Inputs", "Outputs", "Weights kept"].map((name) =>
              h("th", { scope: "col", class: "number" }, name),
            ),
            h("th", { scope: "col", class: "bar-column" }, h("span", { class: "hidden" }, "Bar")),
          ),
        ),
        h("tbody", {}, ...layerRows(cut).map(row)),
      ),
    ),
    stays.length > 0
      ? h(
          "details",
          {},
          h("summary", {}, `What stays, and why (${count(stays.length)})`),
          h("ul", { class: "groups" }, ...stays.map((text) => h("li", { class: "frozen" }, text))),
        )
      : undefined,
  );
}

function row({ layer, inputs, outputs, kept }: LayerRow): HTMLElement {
  const bar = h("span", { class: "bar" });
  bar.style.width = `${kept * 100}%`;
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, layer),
    ...[inputs, outputs, percent(kept, 1)].map((text) => h("td", { class: "number" }, text)),
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
