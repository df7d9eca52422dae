package io.espalier.runtime;

import io.espalier.proto.Curves;
import io.espalier.proto.Step;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The valid step points of a run in growing columns, and what a picture of some width needs of
 * them. A point takes 92 bytes. Not safe for several threads.
 *
 * <p>Downsampling keeps of every bucket the first and the last point and each curve's extremes (M4,
 * Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation", VLDB 2014), so that a
 * line drawn through what is left has the pixels of the line through all.
 */
final class StepColumns {
  /** Weight of a new value in the running means; the dashboard's own is the same. */
  static final double MEAN_WEIGHT = 0.1;

  /** Stands for a target where no schedule runs. */
  static final double NO_TARGET = -1;

  private static final int LOSS = 0;
  private static final int ACCURACY = 1;
  private static final int RATE = 2;
  private static final int SPEED = 3;
  private static final int SPARSITY = 4;
  private static final int TARGET = 5;
  private static final int LOSS_MEAN = 6;
  private static final int ACCURACY_MEAN = 7;
  private static final int TIME = 8;
  private static final int DRAWN = TIME;

  private final double[][] curves = new double[TIME + 1][256];
  private int[] seq = new int[256];
  private int[] stage = new int[256];
  private int[] step = new int[256];
  private int[] epoch = new int[256];
  private int size;
  private int voided;

  int size() {
    return size;
  }

  void add(int eventSeq, double timeMillis, Step event) {
    if (size == seq.length) {
      grow();
    }
    int i = size++;
    seq[i] = eventSeq;
    stage[i] = event.getStageIndex();
    step[i] = event.getStep();
    epoch[i] = event.getEpoch();
    curves[LOSS][i] = event.getLoss();
    curves[ACCURACY][i] = event.getAccuracy();
    curves[RATE][i] = event.getLearningRate();
    curves[SPEED][i] = event.getSamplesPerSecond();
    curves[SPARSITY][i] = event.getSparsity();
    curves[TARGET][i] = event.hasTargetSparsity() ? event.getTargetSparsity() : NO_TARGET;
    curves[TIME][i] = timeMillis;
    curves[LOSS_MEAN][i] = mean(LOSS_MEAN, i, event.getLoss());
    curves[ACCURACY_MEAN][i] = mean(ACCURACY_MEAN, i, event.getAccuracy());
  }

  /** A mean begins anew with each stage, and after a value that is no number. */
  private double mean(int curve, int i, double value) {
    if (i == 0 || stage[i - 1] != stage[i] || !Double.isFinite(curves[curve][i - 1])) {
      return value;
    }
    double before = curves[curve][i - 1];
    return before + MEAN_WEIGHT * (value - before);
  }

  private void grow() {
    int capacity = size * 2;
    seq = Arrays.copyOf(seq, capacity);
    stage = Arrays.copyOf(stage, capacity);
    step = Arrays.copyOf(step, capacity);
    epoch = Arrays.copyOf(epoch, capacity);
    Arrays.setAll(curves, c -> Arrays.copyOf(curves[c], capacity));
  }

  /** Takes back the points of a stage after a step, and of all later stages. */
  void truncateAfter(int lastStage, int lastStep) {
    int before = size;
    while (size > 0
        && (stage[size - 1] > lastStage
            || stage[size - 1] == lastStage && step[size - 1] > lastStep)) {
      size--;
    }
    voided += before - size;
  }

  /**
   * Points of a range, thinned if they are many.
   *
   * @param from the first point, from 0
   * @param to the point after the last
   * @param buckets that the range is cut into
   */
  Curves read(int from, int to, int buckets) {
    Curves.Builder out = Curves.newBuilder().setPoints(size).setVoided(voided);
    BitSet kept = kept(from, to, buckets);
    for (int i = kept.nextSetBit(from); i >= 0 && i < to; i = kept.nextSetBit(i + 1)) {
      out.addSeq(seq[i])
          .addStage(stage[i])
          .addStep(step[i])
          .addEpoch(epoch[i])
          .addTimeMillis(curves[TIME][i])
          .addLoss(curves[LOSS][i])
          .addAccuracy(curves[ACCURACY][i])
          .addLearningRate(curves[RATE][i])
          .addSamplesPerSecond(curves[SPEED][i])
          .addSparsity(curves[SPARSITY][i])
          .addTarget(curves[TARGET][i])
          .addLossMean(curves[LOSS_MEAN][i])
          .addAccuracyMean(curves[ACCURACY_MEAN][i]);
    }
    return out.build();
  }

  private BitSet kept(int from, int to, int buckets) {
    BitSet kept = new BitSet(to);
    long length = to - from;
    int mostPerBucket = 2 + 2 * DRAWN;
    if (length <= (long) buckets * mostPerBucket) {
      kept.set(from, to);
      return kept;
    }
    for (int bucket = 0; bucket < buckets; bucket++) {
      int first = from + (int) (length * bucket / buckets);
      int last = from + (int) (length * (bucket + 1) / buckets) - 1;
      kept.set(first);
      kept.set(last);
      for (int curve = 0; curve < DRAWN; curve++) {
        keepExtremes(curves[curve], first, last, kept);
      }
    }
    for (int i = from + 1; i < to; i++) {
      if (stage[i] != stage[i - 1]) {
        kept.set(i - 1, i + 1);
      }
    }
    return kept;
  }

  /** What is no number counts as an extreme: it must be seen. */
  private static void keepExtremes(double[] values, int first, int last, BitSet kept) {
    int least = first;
    int most = first;
    for (int i = first; i <= last; i++) {
      double value = values[i];
      if (Double.isNaN(value)) {
        kept.set(i);
        return;
      }
      least = value < values[least] ? i : least;
      most = value > values[most] ? i : most;
    }
    kept.set(least);
    kept.set(most);
  }
}
