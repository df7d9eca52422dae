// The per-layer sparsity of a run over time. A resumed run takes its last snapshots back, so more
// than the newest is kept; when there are too many, every other one of the older half goes.
import type { LayerSparsityJson } from "./wire";

export interface LayerSnapshot {
  readonly stage: number;
  readonly step: number;
  readonly layers: readonly string[];
  readonly weights: Float64Array;
  readonly zeros: Float64Array;
}

export const MOST_SNAPSHOTS = 1024;

export class LayerHistory {
  private snapshots: LayerSnapshot[] = [];

  get length(): number {
    return this.snapshots.length;
  }

  /** The newest snapshot. */
  last(): LayerSnapshot | undefined {
    return this.snapshots.at(-1);
  }

  /** All that are kept, oldest first. */
  all(): readonly LayerSnapshot[] {
    return this.snapshots;
  }

  append(event: LayerSparsityJson): void {
    const shares = event.layers ?? [];
    const names = shares.map((share) => share.layer ?? "");
    const before = this.last()?.layers;
    this.snapshots.push({
      stage: event.stageIndex ?? 0,
      step: event.step ?? 0,
      // Names rarely change: share the list.
      layers: before && sameNames(before, names) ? before : names,
      weights: Float64Array.from(shares, (share) => share.weights ?? 0),
      zeros: Float64Array.from(shares, (share) => share.zeros ?? 0),
    });
    if (this.snapshots.length > MOST_SNAPSHOTS) {
      const half = MOST_SNAPSHOTS / 2;
      this.snapshots = this.snapshots.filter((_, i) => i >= half || i % 2 === 0);
    }
  }

  /** Drops what was measured after (stage, step). */
  truncateAfter(stage: number, step: number): void {
    this.snapshots = this.snapshots.filter(
      (s) => s.stage < stage || (s.stage === stage && s.step <= step),
    );
  }
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}
