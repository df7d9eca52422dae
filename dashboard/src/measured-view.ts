// What the finished run's exported models are measured to be: sizes, and which classes are confused.
import { h } from "./dom";
import { bytes, count, percent } from "./format";
import { runFile } from "./gateway";
import type { Run } from "./run-state";

export interface Measured {
  readonly stage: string;
  readonly accuracy: number;
  readonly achievedSparsity: number;
  readonly bytes: { readonly onnx: number; readonly gzip: number };
  readonly latencyMicros: { readonly p50: number };
  readonly confusionMatrix: readonly (readonly number[])[];
  readonly sizes?: Readonly<Record<string, number | string>> | null;
}

export interface Measurements {
  readonly stages: readonly Measured[];
}

const SIZES: Record<string, string> = {
  onnx: "ONNX",
  gzip: "gzip",
  zip: "zip",
  zstd: "Zstandard",
  onnxSparse: "sparse ONNX",
  onnxCodebook: "ONNX codebook",
  espalier: "Espalier",
  entropyBound: "entropy bound",
};

export class MeasuredView {
  readonly element = h("div", { class: "columns", hidden: true });

  private asked = false;

  constructor(private readonly run: string) {}

  update(run: Run): void {
    if (!this.asked && run.state === "RUN_STATE_SUCCEEDED" && run.exports.length > 0) {
      this.asked = true;
      void this.load().catch(() => undefined);
    }
  }

  private async load(): Promise<void> {
    const measured = await runFile<Measurements>(this.run, "measurements.json");
    const last = measured?.stages.at(-1);
    if (!measured || !last) {
      return;
    }
    this.element.hidden = false;
    this.element.replaceChildren(
      section("sizes", "Sizes", sizesOf(measured.stages)),
      section("confusion", `Classes of ${last.stage}`, classesOf(last.confusionMatrix)),
    );
  }
}

function section(id: string, title: string, ...content: Node[]): HTMLElement {
  return h(
    "section",
    { "aria-labelledby": `${id}-title` },
    h("h2", { id: `${id}-title` }, title),
    ...content,
  );
}

/** From the first model's file, step by step, to the smallest encoding of the last. */
function sizesOf(stages: readonly Measured[]): HTMLElement {
  const first = stages[0]!;
  const rows: { label: string; value: number }[] = [];
  for (const stage of stages) {
    const sizes = stage.sizes ?? { onnx: stage.bytes.onnx, gzip: stage.bytes.gzip };
    for (const [key, label] of Object.entries(SIZES)) {
      const value = sizes[key];
      if (typeof value === "number" && value > 0) {
        rows.push({ label: `${stage.stage}, ${label}`, value });
      }
    }
  }
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "group", "aria-labelledby": "sizes-title" },
    h(
      "table",
      { class: "layers" },
      h(
        "tbody",
        {},
        ...rows.map(({ label, value }) => {
          const bar = h("span", { class: "bar" });
          bar.style.width = `${Math.min(1, value / first.bytes.onnx) * 100}%`;
          return h(
            "tr",
            {},
            h("th", { scope: "row" }, label),
            h("td", { class: "number" }, bytes(value)),
            h(
              "td",
              { class: "bar-column", "aria-hidden": "true" },
              h("span", { class: "track" }, bar),
            ),
          );
        }),
      ),
    ),
  );
}

/** Rows are true classes, columns what was answered; then precision and recall of each class. */
function classesOf(matrix: readonly (readonly number[])[]): HTMLElement {
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const most = Math.max(1, ...matrix.flat());
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "group", "aria-labelledby": "confusion-title" },
    h(
      "table",
      { class: "confusion" },
      h("caption", { class: "note" }, "rows: true class; columns: answered class"),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "Class"),
          ...matrix.map((_, i) => h("th", { scope: "col", class: "number" }, String(i))),
          h("th", { scope: "col", class: "number" }, "Recall"),
          h("th", { scope: "col", class: "number" }, "Precision"),
        ),
      ),
      h(
        "tbody",
        {},
        ...matrix.map((row, i) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, String(i)),
            ...row.map((value, j) => {
              const cell = h("td", { class: i === j ? "number right" : "number" }, count(value));
              cell.style.setProperty("--share", String(Math.sqrt(value / most)));
              return cell;
            }),
            h("td", { class: "number" }, percent(row[i]! / sum(row), 1)),
            h("td", { class: "number" }, percent(row[i]! / sum(matrix.map((r) => r[i]!)), 1)),
          ),
        ),
      ),
    ),
  );
}
