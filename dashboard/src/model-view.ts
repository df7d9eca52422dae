// The models of a run as they are: the graph of one of them, and the layer that is chosen there.
import { h, rebuild } from "./dom";
import { get, ofRun } from "./gateway";
import { GraphView } from "./graph-view";
import { layerParts } from "./layer-view";
import type { Run } from "./run-state";
import type { LayerWeightsJson, ModelViewJson, RunModelsJson } from "./wire";

/** The model that the run started from. */
const START = "-1";

export class ModelView {
  readonly element: HTMLElement;

  private readonly stage = h("select", { "aria-label": "Model after" });
  private readonly graph = new GraphView((layer) => void this.showLayer(layer));
  private readonly detail = h("div", { class: "layer-detail" });
  private asked = "";
  private layer = "";
  private view: ModelViewJson = {};

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
      h("div", { class: "columns plain" }, this.graph.element, this.detail),
    );
    this.stage.addEventListener("change", () => void this.show().catch(() => undefined));
  }

  /** The models change when a stage ends; while a run is played again they stay the last ones. */
  update(run: Run, replayed: boolean): void {
    if (replayed) {
      return;
    }
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
    this.stage.value = chosen || String(models.at(-1)?.stageIndex ?? START);
    await this.show();
  }

  private async show(): Promise<void> {
    this.view = await get<ModelViewJson>(ofRun(this.run, `models/${this.stage.value}`));
    this.graph.show(this.view);
    const layers = (this.view.layers ?? []).map((layer) => layer.name);
    const wanted = layers.includes(this.layer) ? this.layer : layers[0];
    if (wanted) {
      await this.showLayer(wanted);
    }
  }

  private async showLayer(layer: string): Promise<void> {
    this.layer = layer;
    this.graph.setChosen(layer);
    const { view } = this;
    const of = (stage: string): Promise<LayerWeightsJson> =>
      get(ofRun(this.run, `models/${stage}/layer?layer=${encodeURIComponent(layer)}`));
    const [before, after] = await Promise.all([of(START), of(this.stage.value)]).catch(() => []);
    if (before && after && layer === this.layer && view === this.view) {
      this.detail.replaceChildren(
        ...layerParts(view, before, after).filter((c) => c !== undefined),
      );
    }
  }
}
