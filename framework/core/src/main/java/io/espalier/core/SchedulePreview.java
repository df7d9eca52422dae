package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Horizon;
import io.espalier.api.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a schedule will do in a training, known before the training starts.
 *
 * @param updates every computation of new masks, in order; at least one
 */
public record SchedulePreview(List<Update> updates) {
  private static final double TOLERANCE = 1e-6;

  public SchedulePreview {
    updates = List.copyOf(updates);
  }

  /**
   * New masks at one step.
   *
   * @param step optimizer steps done by then
   * @param sparsity their target, 0 to below 1
   */
  public record Update(int step, double sparsity) {}

  /**
   * Runs through a schedule from step 0 to the last of a training.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) if no update falls into the training, or
   *     if its last update asks for another sparsity than the final one; ({@link
   *     FailureCode#PLUGIN}) if the schedule asks for a sparsity outside 0 to below 1
   */
  public static SchedulePreview of(Schedule schedule, Horizon horizon) {
    List<Update> updates = new ArrayList<>();
    for (int step = 0; step <= horizon.totalSteps(); step++) {
      if (schedule.updatesAt(step)) {
        updates.add(new Update(step, target(schedule, step)));
      }
    }
    if (updates.isEmpty()) {
      throw new EspalierException(
          FailureCode.USAGE,
          "the schedule never updates the masks within the training's %d steps; begin earlier, update more often or train longer"
              .formatted(horizon.totalSteps()));
    }
    Update last = updates.get(updates.size() - 1);
    if (Math.abs(last.sparsity() - schedule.finalSparsity()) > TOLERANCE) {
      throw new EspalierException(
          FailureCode.USAGE,
          String.format(
              Locale.ROOT,
              "the schedule ends at sparsity %.4f (last update at step %d of %d), not at its final %.4f; end it earlier, update more often or train longer",
              last.sparsity(),
              last.step(),
              horizon.totalSteps(),
              schedule.finalSparsity()));
    }
    return new SchedulePreview(updates);
  }

  private static double target(Schedule schedule, int step) {
    double target = schedule.sparsityAt(step);
    if (!(target >= 0 && target < 1)) {
      throw new EspalierException(
          FailureCode.PLUGIN,
          "the schedule asks for sparsity %s at step %d (allowed: 0 to below 1)"
              .formatted(target, step));
    }
    return target;
  }
}
