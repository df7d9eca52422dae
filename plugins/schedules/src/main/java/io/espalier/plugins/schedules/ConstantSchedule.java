package io.espalier.plugins.schedules;

import io.espalier.api.Schedule;

/**
 * One sparsity from the first update on, and none before.
 *
 * @param updates when masks are computed anew
 * @param finalSparsity 0 to below 1
 */
public record ConstantSchedule(Updates updates, double finalSparsity) implements Schedule {
  @Override
  public boolean updatesAt(int step) {
    return updates.includes(step);
  }

  @Override
  public double sparsityAt(int step) {
    return step < updates.begin() ? 0 : finalSparsity;
  }
}
