package io.espalier.plugins.schedules;

import io.espalier.api.Schedule;

/**
 * Sparsity that rises fast at first and slowly at last: with {@code p} the share of the way from
 * begin to end, {@code s = final + (initial - final) (1 - p)^power}. Before begin it is 0, from end
 * on it is the final one.
 *
 * <p>M. Zhu, S. Gupta: To prune, or not to prune: exploring the efficacy of pruning for model
 * compression, 2017, arXiv:1710.01878, equation 1, whose power is 3.
 *
 * @param updates when masks are computed anew
 * @param initialSparsity at begin, 0 to {@code finalSparsity}
 * @param finalSparsity at end, below 1
 * @param power above 0; 1 rises evenly
 */
public record PolynomialSchedule(
    Updates updates, double initialSparsity, double finalSparsity, double power)
    implements Schedule {
  @Override
  public boolean updatesAt(int step) {
    return updates.includes(step);
  }

  @Override
  public double sparsityAt(int step) {
    int begin = updates.begin();
    int end = updates.end();
    if (step < begin) {
      return 0;
    }
    if (step >= end) {
      return finalSparsity;
    }
    double progress = (double) (step - begin) / (end - begin);
    double left = Math.pow(1 - progress, power);
    return Math.max(initialSparsity, finalSparsity + (initialSparsity - finalSparsity) * left);
  }
}
