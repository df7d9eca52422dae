// The sparsity of every layer over the steps, as a picture: a row per layer, darker is sparser.
import { cssColor } from "./chart";
import { h, setAttribute, setText } from "./dom";
import { count, percent } from "./format";
import type { LayerSnapshot } from "./layer-history";
import type { Run } from "./run-state";

const ROW = 18;
const MOST_HEIGHT = 480;

export class HeatMapView {
  readonly element: HTMLElement;

  private readonly canvas = h("canvas", { role: "img" });
  private readonly names = h("div", { class: "heat-names", "aria-hidden": "true" });
  private readonly note = h("p", { class: "note" });
  private shown = "";
  /** What is told where the pointer is not over the picture. */
  private about = "";
  private run: Run | undefined;

  constructor() {
    this.canvas.addEventListener("pointermove", (event) => this.tellAt(event));
    this.canvas.addEventListener("pointerleave", () => setText(this.note, this.about));
    this.element = h(
      "section",
      { "aria-labelledby": "heat-title", hidden: true },
      h("h2", { id: "heat-title" }, "Sparsity by layer over steps"),
      h("div", { class: "heat" }, this.names, this.canvas),
      this.note,
    );
  }

  update(run: Run): void {
    this.run = run;
    const all = run.layers.all();
    const last = all.at(-1);
    this.element.hidden = !last || all.length < 2;
    if (!last || all.length < 2) {
      return;
    }
    const width = Math.max(80, this.canvas.clientWidth || 300);
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const key = `${all.length}/${last.stage}/${last.step}/${width}/${dark}`;
    if (key !== this.shown) {
      this.shown = key;
      this.draw(run, all, last, width);
    }
  }

  private draw(run: Run, all: readonly LayerSnapshot[], last: LayerSnapshot, width: number): void {
    const rows = last.layers.length;
    const row = Math.min(ROW, Math.max(2, Math.floor(MOST_HEIGHT / rows)));
    const ratio = devicePixelRatio;
    this.canvas.width = width * ratio;
    this.canvas.height = rows * row * ratio;
    this.canvas.style.height = `${rows * row}px`;
    const ctx = this.canvas.getContext("2d")!;
    ctx.scale(ratio, ratio);
    const place = (snapshot: LayerSnapshot): number => placeOf(run, snapshot);
    const end = endOf(run, last);
    ctx.fillStyle = cssColor("--curve-3");
    all.forEach((snapshot, i) => {
      const from = (place(snapshot) / end) * width;
      const next = all[i + 1];
      const to = next ? (place(next) / end) * width : width;
      snapshot.layers.forEach((_, layer) => {
        const weights = snapshot.weights[layer]!;
        ctx.globalAlpha = weights > 0 ? snapshot.zeros[layer]! / weights : 0;
        ctx.fillRect(from, layer * row, Math.max(1, to - from), row - (row > 6 ? 1 : 0));
      });
    });
    this.names.replaceChildren(
      ...(row > 10 ? last.layers.map((name) => h("span", { title: name }, name)) : []),
    );
    const shares = last.layers.map((name, i) => {
      return `${name} ${percent(last.zeros[i]! / last.weights[i]!, 1)}`;
    });
    setAttribute(this.canvas, "aria-label", `Sparsity by layer at the end: ${shares.join(", ")}`);
    this.about = `steps 0 to ${count(end)}; full colour is 100 % zeros`;
    setText(this.note, this.about);
  }

  /** The sparsity where the pointer is, in words. */
  private tellAt({ offsetX, offsetY }: PointerEvent): void {
    const { run } = this;
    const all = run?.layers.all() ?? [];
    const last = all.at(-1);
    if (!run || !last) {
      return;
    }
    const x = (offsetX / this.canvas.clientWidth) * endOf(run, last);
    const snapshot = all.findLast((one) => placeOf(run, one) <= x) ?? all[0]!;
    const row = Math.floor((offsetY / this.canvas.clientHeight) * last.layers.length);
    const share = snapshot.zeros[row]! / snapshot.weights[row]!;
    setText(this.note, `${last.layers[row]}: ${percent(share, 1)} zeros at step ${count(x)}`);
  }
}

/** Where a snapshot is on the axis that counts steps over all stages. */
function placeOf(run: Run, snapshot: LayerSnapshot): number {
  return (run.stages[snapshot.stage]?.startX ?? 0) + snapshot.step;
}

function endOf(run: Run, last: LayerSnapshot): number {
  return Math.max(1, run.steps.at("x", -1) || 0, placeOf(run, last));
}
