// Loads a run as it stands: the curves' points and the other events, each in its place.
import { reduce, type Run } from "./run-state";
import { num, type JsonNumber, type RunSnapshotJson } from "./wire";

export function load(run: Run, snapshot: RunSnapshotJson): void {
  const curves = snapshot.curves ?? {};
  const events = snapshot.events ?? [];
  const rows = curves.seq ?? [];
  const at = (column: JsonNumber[] | undefined, i: number): number => num(column?.[i]);
  let next = 0;
  const pointsBefore = (seq: number): void => {
    for (; next < rows.length && rows[next]! < seq; next++) {
      const i = next;
      const target = at(curves.target, i);
      reduce(run, {
        seq: rows[i]!,
        timeMillis: at(curves.timeMillis, i),
        step: {
          stageIndex: curves.stage![i]!,
          step: curves.step![i]!,
          epoch: curves.epoch![i]!,
          loss: at(curves.loss, i),
          accuracy: at(curves.accuracy, i),
          learningRate: at(curves.learningRate, i),
          samplesPerSecond: at(curves.samplesPerSecond, i),
          sparsity: at(curves.sparsity, i),
          ...(target >= 0 ? { targetSparsity: target } : {}),
        },
      });
      run.steps.setMeans(at(curves.lossMean, i), at(curves.accuracyMean, i));
    }
  };
  for (const event of events) {
    pointsBefore(event.seq ?? 0);
    reduce(run, event);
  }
  pointsBefore(Infinity);
  run.appliedSeq = snapshot.lastSeq ?? run.appliedSeq;
  run.points = curves.points ?? 0;
  run.voidedPoints = curves.voided ?? 0;
}
