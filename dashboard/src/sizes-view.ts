// What a model weighs in every form, as a waterfall: from the dense file down to the smallest
// encoding, each bar with what it saves over the one before, and the least that is possible.
import { h } from "./dom";
import { bytes, percent } from "./format";
import type { Measured } from "./measured-view";

const DENSE = "onnx";
const BOUND = "entropyBound";

/** The keys of a model's sizes, and the id of the encoding where a run's report names it. */
const FORMS: Record<string, { label: string; encoding?: string }> = {
  [DENSE]: { label: "ONNX", encoding: "onnx" },
  gzip: { label: "gzip" },
  zip: { label: "zip" },
  zstd: { label: "Zstandard" },
  onnxSparse: { label: "sparse ONNX", encoding: "onnx-sparse" },
  onnxCodebook: { label: "ONNX codebook", encoding: "onnx-codebook" },
  espalier: { label: "Espalier", encoding: "espalier" },
  [BOUND]: { label: "entropy bound" },
};

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** The bar before; its own value for the first. */
  readonly before: number;
  readonly note: string;
  readonly bound: boolean;
}

/** The bars for one model, after that of the dense file that the run wrote first. */
export function waterfall(first: Measured, model: Measured): Bar[] {
  const sizes = sizesOf(model);
  const value = (key: string): number => Number(sizes[key] ?? 0);
  const keys = Object.keys(FORMS)
    .filter((key) => value(key) > 0 && key !== DENSE && key !== BOUND)
    .sort((a, b) => value(b) - value(a));
  const bars: Bar[] = [];
  const add = (label: string, size: number, note = "", bound = false): void => {
    bars.push({ label, value: size, before: bars.at(-1)?.value ?? size, note, bound });
  };
  if (first !== model) {
    add(`${first.stage}, ${FORMS[DENSE]!.label}`, first.bytes.onnx);
  }
  for (const key of [DENSE, ...keys]) {
    add(`${model.stage}, ${FORMS[key]!.label}`, value(key), noteOf(sizes, FORMS[key]!.encoding));
  }
  if (value(BOUND) > 0) {
    add(FORMS[BOUND]!.label, value(BOUND), "the least for single weights", true);
  }
  return bars;
}

function sizesOf(model: Measured): Readonly<Record<string, number | string>> {
  return model.sizes ?? { [DENSE]: model.bytes.onnx, gzip: model.bytes.gzip };
}

function noteOf(
  sizes: Readonly<Record<string, number | string>>,
  encoding: string | undefined,
): string {
  if (encoding === undefined) {
    return "";
  }
  const notes = [
    sizes["smallest"] === encoding ? "smallest" : "",
    sizes["smallestRunnable"] === encoding ? "smallest that ONNX Runtime runs" : "",
  ];
  return notes.filter((note) => note).join(", ");
}

export class SizesView {
  readonly element: HTMLElement;

  private readonly body = h("tbody");

  constructor(stages: readonly Measured[]) {
    const choice = h(
      "select",
      { "aria-label": "Model" },
      ...stages.map((stage, i) => h("option", { value: i }, stage.stage)),
    );
    choice.value = String(stages.length - 1);
    const show = (): void => this.show(waterfall(stages[0]!, stages[Number(choice.value)]!));
    choice.addEventListener("change", show);
    this.element = h(
      "section",
      { "aria-labelledby": "sizes-title" },
      h(
        "div",
        { class: "section-head" },
        h("h2", { id: "sizes-title" }, "Sizes"),
        stages.length > 1 ? h("label", {}, "of ", choice) : undefined,
      ),
      h(
        "div",
        { class: "scroll", tabindex: 0, role: "group", "aria-labelledby": "sizes-title" },
        h("table", { class: "layers waterfall" }, this.body),
      ),
    );
    show();
  }

  private show(bars: readonly Bar[]): void {
    const most = Math.max(...bars.map((bar) => bar.value));
    this.body.replaceChildren(...bars.map((bar) => row(bar, bars[0]!.value, most)));
  }
}

function row(bar: Bar, first: number, most: number): HTMLElement {
  const share = (value: number): string => `${(value / most) * 100}%`;
  const rest = h("span", { class: bar.bound ? "bar bound" : "bar" });
  rest.style.width = share(bar.value);
  const step = h("span", { class: bar.value > bar.before ? "step more" : "step" });
  step.style.left = share(Math.min(bar.value, bar.before));
  step.style.width = share(Math.abs(bar.before - bar.value));
  const change = bar.value / first - 1;
  return h(
    "tr",
    {},
    h(
      "th",
      { scope: "row" },
      bar.label,
      bar.note ? h("span", { class: "note" }, ` ${bar.note}`) : undefined,
    ),
    h("td", { class: "number" }, bytes(bar.value)),
    h(
      "td",
      { class: "number" },
      change === 0 ? "" : `${change < 0 ? "−" : "+"}${percent(Math.abs(change), 1)}`,
    ),
    h(
      "td",
      { class: "bar-column", "aria-hidden": "true" },
      h("span", { class: "track fall" }, rest, step),
    ),
  );
}
