// The runs the gateway knows, newest first. A list that was asked for may be older than a summary
// that was published meanwhile: per run, the one that has seen more of the log counts.
import { num, type RunSummaryJson } from "./wire";

export class RunList {
  private summaries = new Map<string, RunSummaryJson>();
  /** Runs heard of since the list was last asked for. */
  private readonly heard = new Set<string>();

  /** Call before asking for the list. */
  asking(): void {
    this.heard.clear();
  }

  /** Takes the whole list, as answered. */
  replace(list: readonly RunSummaryJson[]): void {
    const kept = new Map([...this.heard].map((run) => [run, this.summaries.get(run)!] as const));
    for (const summary of list) {
      const run = summary.run ?? "";
      const newer = kept.get(run);
      if (!newer || (newer.lastSeq ?? 0) < (summary.lastSeq ?? 0)) {
        kept.set(run, summary);
      }
    }
    this.summaries = kept;
  }

  /** Takes one summary, as published. */
  hear(summary: RunSummaryJson): void {
    const run = summary.run ?? "";
    this.heard.add(run);
    this.summaries.set(run, summary);
  }

  /** A run was deleted. */
  forget(run: string): void {
    this.heard.delete(run);
    this.summaries.delete(run);
  }

  get(run: string): RunSummaryJson | undefined {
    return this.summaries.get(run);
  }

  /** Those that wait to be started come first of all. */
  newestFirst(): RunSummaryJson[] {
    const start = (summary: RunSummaryJson): number => num(summary.startedMillis) || Infinity;
    return [...this.summaries.values()].sort((a, b) =>
      start(a) === start(b) ? (b.run ?? "").localeCompare(a.run ?? "") : start(b) - start(a),
    );
  }

  /** The run to show if none is asked for: the one that started last. */
  newest(): string | undefined {
    const runs = this.newestFirst();
    return (runs.find((summary) => num(summary.startedMillis) > 0) ?? runs[0])?.run;
  }
}
