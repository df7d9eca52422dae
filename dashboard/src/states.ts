// How states look and what they are called. A sign besides the colour, for those who see none.
import type { StageStatus } from "./run-state";
import type { RunStateJson } from "./wire";

export interface Look {
  readonly label: string;
  readonly sign: string;
  /** One of quiet, active, waiting, good, bad. */
  readonly tone: string;
}

const RUN: Record<RunStateJson, Look> = {
  RUN_STATE_UNSPECIFIED: { label: "Unknown", sign: "○", tone: "quiet" },
  RUN_STATE_QUEUED: { label: "Queued", sign: "○", tone: "quiet" },
  RUN_STATE_RUNNING: { label: "Running", sign: "●", tone: "active" },
  RUN_STATE_PAUSED: { label: "Paused", sign: "❙❙", tone: "waiting" },
  RUN_STATE_SUCCEEDED: { label: "Succeeded", sign: "✓", tone: "good" },
  RUN_STATE_FAILED: { label: "Failed", sign: "✕", tone: "bad" },
  RUN_STATE_CANCELLED: { label: "Cancelled", sign: "⊘", tone: "quiet" },
  RUN_STATE_INTERRUPTED: { label: "Interrupted", sign: "!", tone: "waiting" },
};

const STAGE: Record<StageStatus, Look> = {
  pending: { label: "pending", sign: "○", tone: "quiet" },
  running: { label: "running", sign: "●", tone: "active" },
  done: { label: "done", sign: "✓", tone: "good" },
  failed: { label: "failed", sign: "✕", tone: "bad" },
  cancelled: { label: "cancelled", sign: "⊘", tone: "quiet" },
};

export function lookOf(state: RunStateJson | undefined): Look {
  return RUN[state ?? "RUN_STATE_UNSPECIFIED"] ?? RUN.RUN_STATE_UNSPECIFIED;
}

export function stageLook(status: StageStatus): Look {
  return STAGE[status];
}
