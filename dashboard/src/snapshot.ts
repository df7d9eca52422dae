// A run as the server has thinned it: the curves' points and the other events, each in its place.
import { tell, type Told } from "./replay";
import { pointOf, type Run } from "./run-state";
import { StepSeries } from "./step-series";
import { num, type CurvesJson, type JsonNumber, type RunSnapshotJson, type StepJson } from "./wire";

export function load(run: Run, snapshot: RunSnapshotJson): void {
  for (const told of inOrder(snapshot)) {
    tell(run, told);
  }
  run.appliedSeq = snapshot.lastSeq ?? run.appliedSeq;
  run.points = snapshot.curves?.points ?? 0;
  run.voidedPoints = snapshot.curves?.voided ?? 0;
}

/** Everything that a snapshot tells, in the order in which it happened. */
export function* inOrder({ curves = {}, events = [] }: RunSnapshotJson): Generator<Told> {
  const rows = curves.seq ?? [];
  let next = 0;
  for (const event of events) {
    for (; next < rows.length && rows[next]! < (event.seq ?? 0); next++) {
      yield point(curves, next);
    }
    yield { event };
  }
  for (; next < rows.length; next++) {
    yield point(curves, next);
  }
}

/** The points of a part of a run that was read apart, on the axis of the run. */
export function seriesOf(curves: CurvesJson, run: Run): StepSeries {
  const series = new StepSeries();
  (curves.seq ?? []).forEach((_, i) => {
    const startX = run.stages[curves.stage![i]!]?.startX ?? 0;
    series.append(pointOf(stepOf(curves, i), startX, at(curves.timeMillis, i)));
    series.setMeans(at(curves.lossMean, i), at(curves.accuracyMean, i));
  });
  return series;
}

function point(curves: CurvesJson, i: number): Told {
  return {
    event: { seq: curves.seq![i]!, timeMillis: at(curves.timeMillis, i), step: stepOf(curves, i) },
    means: [at(curves.lossMean, i), at(curves.accuracyMean, i)],
  };
}

function stepOf(curves: CurvesJson, i: number): StepJson {
  const target = at(curves.target, i);
  return {
    stageIndex: curves.stage![i]!,
    step: curves.step![i]!,
    epoch: curves.epoch![i]!,
    loss: at(curves.loss, i),
    accuracy: at(curves.accuracy, i),
    learningRate: at(curves.learningRate, i),
    samplesPerSecond: at(curves.samplesPerSecond, i),
    sparsity: at(curves.sparsity, i),
    ...(target >= 0 ? { targetSparsity: target } : {}),
  };
}

function at(column: JsonNumber[] | undefined, i: number): number {
  return num(column?.[i]);
}
