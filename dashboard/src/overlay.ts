// Curves of several runs on one list of x values, each thinned to what a chart can show.
import type { Aligned } from "./align";
import { envelope, lowerBound } from "./downsample";
import type { Column, StepSeries } from "./step-series";

/** A column of each series over the steps of all stages, from one step to another. */
export function overlay(
  all: readonly StepSeries[],
  column: Column,
  [first, last]: readonly [number, number],
  columns: number,
): Aligned {
  const curves = all.map((series) => {
    const x = series.column("x");
    const y = series.column(column);
    // One point more on both sides, so that lines go on to the edge.
    const from = Math.max(0, lowerBound(x, first) - 1);
    const to = Math.min(x.length, lowerBound(x, last) + 1);
    const kept = to > from ? envelope(x, [y], from, to, columns) : [];
    return new Map(kept.filter((i) => Number.isFinite(y[i])).map((i) => [x[i]!, y[i]!]));
  });
  const x = [...new Set(curves.flatMap((curve) => [...curve.keys()]))].sort((a, b) => a - b);
  return { x, values: curves.map((curve) => x.map((at) => curve.get(at) ?? null)) };
}
