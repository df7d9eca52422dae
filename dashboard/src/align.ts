// Puts a thinned curve and single measured points on one list of x values, as a chart needs it.

/** A value measured now and then, such as a test accuracy. */
export interface Mark {
  readonly x: number;
  readonly value: number;
}

export interface Aligned {
  readonly x: number[];
  /** First the curves, then the marks; null where there is no value. */
  readonly values: (number | null)[][];
}

/** `kept` are the indices of the curves' points to use; marks ascend in x. */
export function align(
  x: Float64Array,
  curves: readonly Float64Array[],
  kept: readonly number[],
  marks: readonly (readonly Mark[])[],
): Aligned {
  const all = new Set(kept.map((i) => x[i]!));
  marks.flat().forEach((mark) => all.add(mark.x));
  const xs = [...all].sort((a, b) => a - b);
  const row = new Map(xs.map((value, i) => [value, i]));
  const empty = (): (number | null)[] => new Array<number | null>(xs.length).fill(null);
  const values = curves.map((curve) => {
    const column = empty();
    for (const i of kept) {
      column[row.get(x[i]!)!] = finite(curve[i]!);
    }
    return column;
  });
  for (const list of marks) {
    const column = empty();
    for (const mark of list) {
      column[row.get(mark.x)!] = finite(mark.value);
    }
    values.push(column);
  }
  return { x: xs, values };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
