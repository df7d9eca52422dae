// Where the lines of a graph run whose nodes stand one below the other: from each node to the next
// straight down, past others in lanes beside them.

export interface Edge {
  readonly from: number;
  readonly to: number;
  /** -1 straight down, else the lane, 0 being the nearest. */
  readonly lane: number;
}

/** `sources` are, for each node, the earlier ones whose outputs it takes. */
export function arcs(sources: readonly (readonly number[])[]): { lanes: number; edges: Edge[] } {
  const edges: Edge[] = [];
  const long: { from: number; to: number }[] = [];
  sources.forEach((all, to) => {
    for (const from of all) {
      if (from === to - 1) {
        edges.push({ from, to, lane: -1 });
      } else {
        long.push({ from, to });
      }
    }
  });
  // Short ones first: they run inside. A lane is free for what begins where another ends.
  long.sort((a, b) => a.to - a.from - (b.to - b.from) || a.from - b.from);
  const taken: { from: number; to: number }[][] = [];
  for (const edge of long) {
    const free = taken.findIndex((lane) =>
      lane.every((other) => other.to <= edge.from || other.from >= edge.to),
    );
    const lane = free < 0 ? taken.push([]) - 1 : free;
    taken[lane]!.push(edge);
    edges.push({ ...edge, lane });
  }
  return { lanes: taken.length, edges };
}
