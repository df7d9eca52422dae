// Which classes a model confuses, and how well it does for each.
import { cssColor } from "./chart";
import { h } from "./dom";
import { count, percent } from "./format";

/** More classes make a picture in place of a table. */
const MOST_CELLS = 32;

export interface ClassFigures {
  readonly samples: number;
  readonly recall: number;
  readonly precision: number;
  readonly f1: number;
}

/** Rows are true classes, columns what was answered. NaN where there is nothing to divide by. */
export function figuresOf(matrix: readonly (readonly number[])[]): ClassFigures[] {
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  return matrix.map((row, i) => {
    const samples = sum(row);
    const answered = sum(matrix.map((other) => other[i]!));
    const right = row[i]!;
    return {
      samples,
      recall: right / samples,
      precision: right / answered,
      f1: (2 * right) / (samples + answered),
    };
  });
}

/** `given` are the names of the classes; without them they are numbers. */
export function classesView(
  model: string,
  matrix: readonly (readonly number[])[],
  given: readonly string[] = [],
): HTMLElement {
  const names = matrix.map((_, i) => given[i] ?? String(i));
  return h(
    "section",
    { "aria-labelledby": "confusion-title" },
    h("h2", { id: "confusion-title" }, `Classes of ${model}`),
    matrix.length > MOST_CELLS ? picture(matrix) : confusion(matrix, names),
    h(
      "div",
      { class: "scroll tall", tabindex: 0, role: "group", "aria-label": "Figures of each class" },
      perClass(matrix, names),
    ),
  );
}

/** Longer names stand upright above their columns. */
const MOST_ACROSS = 4;

function table(
  caption: string,
  head: readonly string[],
  rows: readonly HTMLElement[],
  upright = false,
): HTMLElement {
  return h(
    "table",
    { class: upright ? "confusion upright" : "confusion" },
    h("caption", { class: "note" }, caption),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        ...head.map((name, i) =>
          h("th", { scope: "col", class: i > 0 ? "number" : undefined }, h("span", {}, name)),
        ),
      ),
    ),
    h("tbody", {}, ...rows),
  );
}

function confusion(matrix: readonly (readonly number[])[], names: readonly string[]): HTMLElement {
  const most = Math.max(1, ...matrix.flat());
  const rows = matrix.map((row, i) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, names[i]),
      ...row.map((value, j) => {
        const cell = h("td", { class: i === j ? "number right" : "number" }, count(value));
        cell.style.setProperty("--share", String(Math.sqrt(value / most)));
        return cell;
      }),
    ),
  );
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "group", "aria-labelledby": "confusion-title" },
    table(
      "rows: true class; columns: answered class",
      ["Class", ...names],
      rows,
      names.some((name) => name.length > MOST_ACROSS),
    ),
  );
}

function picture(matrix: readonly (readonly number[])[]): HTMLElement {
  const canvas = h("canvas", {
    class: "mask",
    role: "img",
    width: matrix.length,
    height: matrix.length,
    "aria-label": `Answers for ${matrix.length} classes; the table below has the figures`,
  });
  const ctx = canvas.getContext("2d")!;
  const most = Math.max(1, ...matrix.map((row) => Math.max(...row)));
  const right = cssColor("--curve-3");
  const wrong = cssColor("--bad");
  matrix.forEach((row, i) =>
    row.forEach((value, j) => {
      ctx.globalAlpha = Math.sqrt(value / most);
      ctx.fillStyle = i === j ? right : wrong;
      ctx.fillRect(j, i, 1, 1);
    }),
  );
  const caption = "rows: true class; columns: answered class";
  return h("figure", {}, h("figcaption", { class: "note" }, caption), canvas);
}

function perClass(matrix: readonly (readonly number[])[], names: readonly string[]): HTMLElement {
  const rows = figuresOf(matrix).map(({ samples, recall, precision, f1 }, i) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, names[i]),
      ...[count(samples), percent(recall, 1), percent(precision, 1), percent(f1, 1)].map((text) =>
        h("td", { class: "number" }, text),
      ),
    ),
  );
  return table("each class", ["Class", "Samples", "Recall", "Precision", "F1"], rows);
}
