// The models of a run as they are: the graph coloured by sparsity, and of a layer the weights before
// and after as histograms and its zeros as a picture.
import { cssColor } from "./chart";
import { h, rebuild, setText } from "./dom";
import { count, percent } from "./format";
import { get, ofRun } from "./gateway";
import type { Run } from "./run-state";
import { element } from "./schedule-picture";
import { num, type LayerWeightsJson, type ModelViewJson, type RunModelsJson } from "./wire";

const WIDTH = 300;
const HEIGHT = 110;

export class ModelView {
  readonly element: HTMLElement;

  private readonly stage = h("select", { "aria-label": "Model after" });
  private readonly graph = h("ol", { class: "graph" });
  private readonly detail = h("div", { class: "layer-detail", "aria-live": "polite" });
  private asked = "";
  private layer = "";

  constructor(private readonly run: string) {
    this.element = h(
      "section",
      { "aria-labelledby": "model-title", hidden: true, class: "model" },
      h(
        "div",
        { class: "section-head" },
        h("h2", { id: "model-title" }, "Model"),
        h("label", {}, "after ", this.stage),
      ),
      h("div", { class: "columns plain" }, this.graph, this.detail),
    );
    this.stage.addEventListener("change", () => void this.show());
  }

  /** The models change when a stage ends. */
  update(run: Run): void {
    const done = run.stages.filter((stage) => stage.status === "done").length;
    const key = `${done}/${run.state === "RUN_STATE_RUNNING"}`;
    if (run.appliedSeq > 0 && key !== this.asked) {
      this.asked = key;
      void this.list().catch(() => undefined);
    }
  }

  private async list(): Promise<void> {
    const { models = [] } = await get<RunModelsJson>(ofRun(this.run, "models"));
    this.element.hidden = models.length === 0;
    if (models.length === 0) {
      return;
    }
    const chosen = this.stage.value;
    rebuild(this.stage, JSON.stringify(models), () =>
      models.map(({ stageIndex, name }) =>
        h("option", { value: String(stageIndex ?? 0) }, name ?? ""),
      ),
    );
    this.stage.value = chosen || String(models.at(-1)?.stageIndex ?? -1);
    await this.show();
  }

  private async show(): Promise<void> {
    const view = await get<ModelViewJson>(ofRun(this.run, `models/${this.stage.value}`));
    const layers = view.layers ?? [];
    this.graph.replaceChildren(
      ...(view.nodes ?? []).map((node) => {
        const layer = node.layer === undefined ? undefined : layers[node.layer];
        const sources = (node.sources ?? []).map((i) => view.nodes?.[i]?.name ?? "");
        const from = sources.length > 1 ? `joins ${sources.join(" and ")}` : "";
        if (!layer) {
          return h(
            "li",
            {},
            h("span", { class: "op" }, node.type),
            h("span", { class: "note" }, from),
          );
        }
        const share = num(layer.zeros) / num(layer.weights);
        const button = h(
          "button",
          { type: "button", "data-layer": layer.name ?? "" },
          h("span", { class: "op" }, node.type),
          h("span", {}, layer.name),
          h("span", { class: "note" }, `${(layer.dims ?? []).join("×")} · ${percent(share, 1)}`),
        );
        button.style.setProperty("--share", String(share));
        button.addEventListener("click", () => void this.showLayer(layer.name ?? ""));
        return h("li", {}, button, from ? h("span", { class: "note" }, from) : undefined);
      }),
    );
    const wanted = layers.some((layer) => layer.name === this.layer) ? this.layer : layers[0]?.name;
    if (wanted) {
      await this.showLayer(wanted);
    }
  }

  private async showLayer(layer: string): Promise<void> {
    this.layer = layer;
    const of = (stage: string): Promise<LayerWeightsJson> =>
      get(ofRun(this.run, `models/${stage}/layer?layer=${encodeURIComponent(layer)}`));
    const [before, after] = await Promise.all([of("-1"), of(this.stage.value)]).catch(() => []);
    if (!before || !after || layer !== this.layer) {
      return;
    }
    for (const button of this.graph.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.dataset["layer"] === layer));
    }
    const picture = h("canvas", { class: "mask", role: "img" });
    drawMask(picture, after);
    const title = h("h3", {});
    setText(title, `${layer}: ${count(after.rows ?? 0)} × ${count(after.columns ?? 0)}`);
    this.detail.replaceChildren(
      title,
      histogram("at the start", before),
      histogram("now, zeros left out", after),
      h("figure", {}, h("figcaption", { class: "note" }, "kept weights; empty is zero"), picture),
    );
  }
}

function histogram(title: string, weights: LayerWeightsJson): HTMLElement {
  const bins = weights.bins ?? [];
  const most = Math.max(1, ...bins);
  const svg = element("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    class: "histogram",
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": `Weights ${title}: ${count(bins.reduce((a, b) => a + b, 0))} from ${num(weights.minimum).toPrecision(3)} to ${num(weights.maximum).toPrecision(3)}, and ${count(num(weights.zeros))} zeros`,
  });
  bins.forEach((bin, i) => {
    const high = (bin / most) * HEIGHT;
    const wide = WIDTH / bins.length;
    svg.append(element("rect", { x: i * wide, y: HEIGHT - high, width: wide * 0.9, height: high }));
  });
  return h(
    "figure",
    {},
    h("figcaption", { class: "note" }, `Weights ${title}`),
    svg as unknown as HTMLElement,
    h(
      "p",
      { class: "note ends" },
      h("span", {}, num(weights.minimum).toPrecision(3)),
      h("span", {}, `${count(num(weights.zeros))} zeros`),
      h("span", {}, num(weights.maximum).toPrecision(3)),
    ),
  );
}

function drawMask(canvas: HTMLCanvasElement, weights: LayerWeightsJson): void {
  const rows = weights.pictureRows ?? 1;
  const columns = weights.pictureColumns ?? 1;
  const shares = Uint8Array.from(atob(weights.picture ?? ""), (c) => c.charCodeAt(0));
  canvas.width = columns;
  canvas.height = rows;
  const ctx = canvas.getContext("2d")!;
  ctx.fillStyle = cssColor("--curve-3");
  shares.forEach((share, i) => {
    ctx.globalAlpha = share / 255;
    ctx.fillRect(i % columns, Math.floor(i / columns), 1, 1);
  });
  const zeros = shares.filter((share) => share === 0).length;
  canvas.setAttribute(
    "aria-label",
    `Picture of ${rows} by ${columns} cells, ${percent(zeros / Math.max(1, shares.length), 1)} of them all zero`,
  );
}
