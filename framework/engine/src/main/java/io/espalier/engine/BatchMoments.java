package io.espalier.engine;

import java.util.Arrays;

/**
 * Statistics of one batch for all normalisations of a plan. Each group of the batch gathers its own
 * in double precision; they are merged in the order of the groups (Chan, Golub and LeVeque 1979),
 * so that the result depends neither on threads nor on how far the mean is from zero.
 */
final class BatchMoments {
  private static final int COUNT = 0;
  private static final int MEAN = 1;
  private static final int SQUARES = 2;
  private static final int SLOPE = 3;
  private static final int PRODUCT = 4;
  private static final int FIELDS = 5;

  private final Cuts cuts;
  private final RunningStatistics running;
  private final double[][] groups;
  private final double[] means;
  private final double[] deviations;
  private final double[] slopes;
  private final double[] products;

  /**
   * @param groups into how many a batch is cut
   */
  BatchMoments(Cuts cuts, RunningStatistics running, int groups) {
    this.cuts = cuts;
    this.running = running;
    this.groups = new double[groups][FIELDS * cuts.channels()];
    means = new double[cuts.channels()];
    deviations = new double[cuts.channels()];
    slopes = new double[cuts.channels()];
    products = new double[cuts.channels()];
  }

  RunningStatistics running() {
    return running;
  }

  /** Forgets what a group has gathered, before its first sample of a batch. */
  void clear(int group) {
    Arrays.fill(groups[group], 0);
  }

  /**
   * Adds numbers of a channel, {@code x[from]} to below {@code x[to]}. They are summed relative to
   * the first of them.
   */
  void gather(int group, int channel, float[] x, int from, int to) {
    double shift = x[from];
    double sum = 0;
    double further = 0;
    double squares = 0;
    double furtherSquares = 0;
    int i = from;
    for (; i + 1 < to; i += 2) {
      double a = x[i] - shift;
      double b = x[i + 1] - shift;
      sum += a;
      further += b;
      squares += a * a;
      furtherSquares += b * b;
    }
    if (i < to) {
      double a = x[i] - shift;
      sum += a;
      squares += a * a;
    }
    double count = to - from;
    double all = sum + further;
    double around = Math.max(0, squares + furtherSquares - all * all / count);
    merge(groups[group], FIELDS * channel, count, shift + all / count, around);
  }

  /**
   * Adds numbers of channels that lie side by side.
   *
   * @param sums as {@link LaneKernels#moments} writes them
   * @param count of numbers of each channel
   */
  void gatherLanes(int group, int channel, int channels, float[] sums, int count) {
    for (int l = 0; l < channels; l++) {
      double apart = (double) sums[LaneKernels.CHANNELS + l] / count;
      double around =
          Math.max(0, sums[2 * LaneKernels.CHANNELS + l] - apart * sums[LaneKernels.CHANNELS + l]);
      merge(groups[group], FIELDS * (channel + l), count, sums[l] + apart, around);
    }
  }

  private static void merge(double[] into, int at, double count, double mean, double squares) {
    double before = into[at + COUNT];
    double all = before + count;
    double apart = mean - into[at + MEAN];
    into[at + COUNT] = all;
    into[at + MEAN] += apart * count / all;
    into[at + SQUARES] += squares + apart * apart * before * count / all;
  }

  /**
   * Merges what the groups have gathered for a normalisation, and moves its running statistics.
   *
   * @param share what stays of the running statistics, 0 to 1
   */
  void finish(Normalisation normalisation, double share) {
    int first = normalisation.first();
    double[] total = groups[0];
    for (int c = first; c < first + normalisation.channels(); c++) {
      int at = FIELDS * c;
      for (int g = 1; g < groups.length; g++) {
        double[] group = groups[g];
        if (group[at + COUNT] > 0) {
          merge(total, at, group[at + COUNT], group[at + MEAN], group[at + SQUARES]);
        }
      }
      double variance = total[at + SQUARES] / total[at + COUNT];
      means[c] = total[at + MEAN];
      deviations[c] = Math.sqrt(variance + normalisation.epsilon());
      running.move(c, means[c], variance, share);
    }
  }

  /** Takes a normalisation's running statistics as they are, which no gradient flows through. */
  void standStill(Normalisation normalisation) {
    int first = normalisation.first();
    for (int c = first; c < first + normalisation.channels(); c++) {
      means[c] = running.mean(c);
      deviations[c] = Math.sqrt(running.variance(c) + normalisation.epsilon());
      slopes[c] = 0;
      products[c] = 0;
    }
  }

  /**
   * Adds gradients of a channel's normalised numbers.
   *
   * @param slope sum of the gradients
   * @param product sum of each gradient times its normalised number
   */
  void gatherGradients(int group, int channel, double slope, double product) {
    groups[group][FIELDS * channel + SLOPE] += slope;
    groups[group][FIELDS * channel + PRODUCT] += product;
  }

  /** Averages over the batch what the groups have gathered of a normalisation's gradients. */
  void finishGradients(Normalisation normalisation) {
    int first = normalisation.first();
    for (int c = first; c < first + normalisation.channels(); c++) {
      double slope = 0;
      double product = 0;
      for (double[] group : groups) {
        slope += group[FIELDS * c + SLOPE];
        product += group[FIELDS * c + PRODUCT];
      }
      slopes[c] = slope / groups[0][FIELDS * c + COUNT];
      products[c] = product / groups[0][FIELDS * c + COUNT];
    }
  }

  /** Mean of a channel over the batch. */
  double mean(int channel) {
    return means[channel];
  }

  /** Root of a channel's population variance over the batch plus epsilon. */
  double deviation(int channel) {
    return deviations[channel];
  }

  /** Mean gradient of a channel's normalised numbers over the batch. */
  double slope(int channel) {
    return slopes[channel];
  }

  /** Mean of gradient times normalised number of a channel over the batch. */
  double product(int channel) {
    return products[channel];
  }
}
