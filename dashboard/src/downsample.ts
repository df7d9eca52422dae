// Thins a curve to what a chart of some width can show: per pixel column the first point, and the
// lowest and highest of every curve, so that no peak is lost however long the run is.

/**
 * Indices of the points to draw, ascending, of those from `from` up to and without `to`.
 * `x` ascends. Values that are not finite are drawn only if there is nothing to leave out.
 */
export function envelope(
  x: Float64Array,
  curves: readonly Float64Array[],
  from: number,
  to: number,
  columns: number,
): number[] {
  const kept: number[] = [];
  if (to - from <= columns * 2) {
    for (let i = from; i < to; i++) {
      kept.push(i);
    }
    return kept;
  }
  const x0 = x[from]!;
  const perColumn = (x[to - 1]! - x0) / columns || 1;
  let start = from;
  for (let column = 1; start < to; column++) {
    let end = start + 1;
    while (end < to && (x[end]! - x0) / perColumn < column) {
      end++;
    }
    keepExtremes(kept, curves, start, end);
    start = end;
  }
  if (kept.at(-1) !== to - 1) {
    kept.push(to - 1);
  }
  return kept;
}

function keepExtremes(
  kept: number[],
  curves: readonly Float64Array[],
  start: number,
  end: number,
): void {
  const chosen = new Set([start]);
  for (const curve of curves) {
    let low = -1;
    let high = -1;
    for (let i = start; i < end; i++) {
      const value = curve[i]!;
      if (Number.isFinite(value)) {
        low = low < 0 || value < curve[low]! ? i : low;
        high = high < 0 || value > curve[high]! ? i : high;
      }
    }
    if (low >= 0) {
      chosen.add(low).add(high);
    }
  }
  kept.push(...[...chosen].sort((a, b) => a - b));
}

/** The first index whose x is at least `value`; the length if there is none. */
export function lowerBound(x: Float64Array, value: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (x[middle]! < value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
