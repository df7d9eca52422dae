package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Horizon;
import io.espalier.api.Schedule;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A schedule that somebody changed while it ran: up to a step it is what it was, from there on it
 * asks for listed updates. Each change gives a new one, whose last update asks for its final
 * sparsity, so that the invariant of schedules outlives steering: they reach what they promise.
 */
final class SteeredSchedule implements Schedule {
  private final Schedule before;
  private final int changedAt;
  private final NavigableMap<Integer, Double> updates;

  private SteeredSchedule(Schedule before, int changedAt, NavigableMap<Integer, Double> updates) {
    this.before = before;
    this.changedAt = changedAt;
    this.updates = Collections.unmodifiableNavigableMap(updates);
  }

  /**
   * A change as an event tells it.
   *
   * @param changedAt the step after which it holds
   * @param steps of the updates that are left, ascending; at least one
   * @param sparsities their targets
   */
  static SteeredSchedule recorded(
      Schedule before, int changedAt, List<Integer> steps, List<Double> sparsities) {
    NavigableMap<Integer, Double> updates = new TreeMap<>();
    for (int i = 0; i < steps.size(); i++) {
      updates.put(steps.get(i), sparsities.get(i));
    }
    return new SteeredSchedule(before, changedAt, updates);
  }

  /**
   * The same schedule to another final sparsity: what is left of the way is stretched, and if
   * nothing is left the next step updates.
   *
   * @param step steps done
   * @throws EspalierException ({@link FailureCode#USAGE}) if the target is below what is reached or
   *     not below 1, or if no step is left
   */
  static SteeredSchedule toTarget(Schedule now, int step, double target, Horizon horizon) {
    double reached = reached(now, step);
    if (!(target >= reached && target < 1)) {
      throw new EspalierException(
          FailureCode.USAGE,
          "targetSparsity %s is not allowed (allowed: %s, which is reached, to below 1)"
              .formatted(target, reached));
    }
    NavigableMap<Integer, Double> left = left(now, step, horizon);
    if (left.isEmpty()) {
      if (step >= horizon.totalSteps()) {
        throw new EspalierException(
            FailureCode.USAGE, "targetSparsity cannot be changed: the training has no step left");
      }
      left.put(step + 1, target);
    } else {
      double way = now.finalSparsity() - reached;
      left.replaceAll(
          (at, asked) ->
              way <= 0 ? target : reached + (target - reached) * ((asked - reached) / way));
      left.put(left.lastKey(), target);
    }
    return new SteeredSchedule(now, step, left);
  }

  /**
   * The same schedule to another last update: the updates that are left are spread evenly as they
   * were, up to there.
   *
   * @param step steps done
   * @throws EspalierException ({@link FailureCode#USAGE}) if the end is not ahead within the
   *     training, or no update is left
   */
  static SteeredSchedule toEnd(Schedule now, int step, int end, Horizon horizon) {
    NavigableMap<Integer, Double> left = left(now, step, horizon);
    if (left.isEmpty()) {
      throw new EspalierException(
          FailureCode.USAGE, "endStep cannot be changed: the schedule has ended already");
    }
    if (end <= step || end > horizon.totalSteps()) {
      throw new EspalierException(
          FailureCode.USAGE,
          "endStep %d is not allowed (allowed: %d to %d)"
              .formatted(end, step + 1, horizon.totalSteps()));
    }
    double stretch = (double) (end - step) / (left.lastKey() - step);
    NavigableMap<Integer, Double> moved = new TreeMap<>();
    left.forEach(
        (at, asked) ->
            moved.put(Math.max(step + 1, step + (int) Math.round((at - step) * stretch)), asked));
    return new SteeredSchedule(now, step, moved);
  }

  private static double reached(Schedule schedule, int step) {
    for (int at = step; at >= 0; at--) {
      if (schedule.updatesAt(at)) {
        return schedule.sparsityAt(at);
      }
    }
    return 0;
  }

  private static NavigableMap<Integer, Double> left(Schedule schedule, int step, Horizon horizon) {
    NavigableMap<Integer, Double> left = new TreeMap<>();
    for (int at = step + 1; at <= horizon.totalSteps(); at++) {
      if (schedule.updatesAt(at)) {
        left.put(at, schedule.sparsityAt(at));
      }
    }
    return left;
  }

  /** The updates after the change. */
  NavigableMap<Integer, Double> updates() {
    return updates;
  }

  @Override
  public boolean updatesAt(int step) {
    return step <= changedAt ? before.updatesAt(step) : updates.containsKey(step);
  }

  /** Between updates, what the last one asked for. */
  @Override
  public double sparsityAt(int step) {
    if (step <= changedAt) {
      return before.sparsityAt(step);
    }
    var last = updates.floorEntry(step);
    return last == null ? reached(before, changedAt) : last.getValue();
  }

  @Override
  public double finalSparsity() {
    return updates.lastEntry().getValue();
  }
}
