// The Pareto front: what no other beats in both accuracy and something else.

/** The rows that no other beats, the best in `of` first. */
export function front<R extends { readonly accuracy: number }>(
  rows: readonly R[],
  of: (row: R) => number,
  more: boolean,
): R[] {
  const sign = more ? 1 : -1;
  const sorted = [...rows].sort((a, b) => sign * (of(b) - of(a)) || b.accuracy - a.accuracy);
  const kept: R[] = [];
  for (const row of sorted) {
    if (kept.length === 0 || row.accuracy > kept.at(-1)!.accuracy) {
      kept.push(row);
    }
  }
  return kept;
}
