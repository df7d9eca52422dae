// The sparsity of every layer: a table with bars.
import { h, rebuild, setText } from "./dom";
import { count, percent } from "./format";
import type { LayerSnapshot } from "./layer-history";
import type { Run } from "./run-state";

interface Row {
  readonly bar: HTMLElement;
  readonly weights: HTMLElement;
  readonly zeros: HTMLElement;
  readonly share: HTMLElement;
}

export class LayersView {
  readonly element: HTMLElement;

  private readonly body = h("tbody");
  private readonly caption = h("caption", { class: "note" });
  private readonly empty = h("p", { class: "empty" }, "No masks yet.");
  private readonly table: HTMLElement;
  private rows: Row[] = [];
  private shown: LayerSnapshot | undefined;

  constructor() {
    this.table = h(
      "table",
      { class: "layers", hidden: true },
      this.caption,
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "Layer"),
          h("th", { scope: "col", class: "number" }, "Weights"),
          h("th", { scope: "col", class: "number" }, "Zeros"),
          h("th", { scope: "col", class: "number" }, "Sparsity"),
          h("th", { scope: "col", class: "bar-column" }, h("span", { class: "hidden" }, "Bar")),
        ),
      ),
      this.body,
    );
    this.element = h(
      "section",
      { "aria-labelledby": "layers-title" },
      h("h2", { id: "layers-title" }, "Sparsity by layer"),
      this.empty,
      h(
        "div",
        { class: "scroll", tabindex: 0, role: "group", "aria-labelledby": "layers-title" },
        this.table,
      ),
    );
  }

  update(run: Run): void {
    const snapshot = run.layers.last();
    if (snapshot === this.shown) {
      return;
    }
    this.shown = snapshot;
    this.empty.hidden = snapshot !== undefined;
    this.table.hidden = snapshot === undefined;
    if (snapshot) {
      const stage = run.stages[snapshot.stage]?.name ?? "";
      const step = snapshot.step > 0 ? `, step ${count(snapshot.step)}` : "";
      setText(this.caption, `Masks of ${stage}${step}`);
      this.fill(snapshot);
    }
  }

  private fill(snapshot: LayerSnapshot): void {
    rebuild(this.body, JSON.stringify(snapshot.layers), () => {
      const built = snapshot.layers.map(newRow);
      this.rows = built.map(({ row }) => row);
      return built.map(({ element }) => element);
    });
    this.rows.forEach((row, i) => {
      const weights = snapshot.weights[i]!;
      const zeros = snapshot.zeros[i]!;
      const share = weights > 0 ? zeros / weights : 0;
      setText(row.weights, count(weights));
      setText(row.zeros, count(zeros));
      setText(row.share, percent(share));
      row.bar.style.width = `${share * 100}%`;
    });
  }
}

function newRow(layer: string): { element: HTMLElement; row: Row } {
  const row: Row = {
    bar: h("span", { class: "bar" }),
    weights: h("td", { class: "number" }),
    zeros: h("td", { class: "number" }),
    share: h("td", { class: "number" }),
  };
  const element = h(
    "tr",
    {},
    h("th", { scope: "row" }, layer),
    row.weights,
    row.zeros,
    row.share,
    h("td", { class: "bar-column", "aria-hidden": "true" }, h("span", { class: "track" }, row.bar)),
  );
  return { element, row };
}
