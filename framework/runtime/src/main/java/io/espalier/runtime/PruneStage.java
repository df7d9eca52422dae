package io.espalier.runtime;

import io.espalier.api.FineTuner;
import io.espalier.api.Model;
import io.espalier.api.Schedule;
import io.espalier.api.Scheduler;
import io.espalier.api.Statistics;
import io.espalier.core.Plans;
import io.espalier.proto.RunEvent;
import io.espalier.runtime.PreparedStage.Pruning;
import java.util.Locale;

/** Prunes: while it trains, or at once. */
final class PruneStage implements Stage {
  @Override
  public Outcome run(StageTask task) {
    return task.stage()
        .pruning()
        .map(pruning -> whileTraining(task, pruning))
        .orElseGet(() -> atOnce(task));
  }

  private static Outcome whileTraining(StageTask task, Pruning pruning) {
    PruneOrder order = new PruneOrder(task, pruning.target());
    Plugged<FineTuner> fineTuner = task.stage().fineTuner(task.context().extensions());
    ScheduledPruning masks =
        new ScheduledPruning(
            watched(task, pruning.schedule()), order, pruning.target(), PruningSummaries.of(task));
    FollowedTraining training = new FollowedTraining(task, fineTuner, masks);
    Model pruned = training.run();
    masks.order().requireMet(pruned, masks.finalTarget());
    return new Outcome(
        pruned,
        order.pruner(),
        String.format(
            Locale.ROOT,
            "pruned to sparsity %.4f over %d steps with %s",
            masks.finalTarget(),
            training.steps(),
            fineTuner.id()));
  }

  /** The schedule, as what the scheduler made and answers for. */
  private static Schedule watched(StageTask task, Schedule schedule) {
    Plugged<Scheduler> scheduler = task.stage().scheduler(task.context().extensions());
    return new Schedule() {
      @Override
      public boolean updatesAt(int step) {
        return scheduler.call(s -> schedule.updatesAt(step));
      }

      @Override
      public double sparsityAt(int step) {
        return scheduler.call(s -> schedule.sparsityAt(step));
      }

      @Override
      public double finalSparsity() {
        return scheduler.call(s -> schedule.finalSparsity());
      }
    };
  }

  private static Outcome atOnce(StageTask task) {
    double sparsity = task.stage().sparsity();
    PruneOrder order = new PruneOrder(task, sparsity);
    Model pruned = Plans.apply(task.model(), order.plan(task.model(), sparsity, Statistics.NONE));
    order.requireMet(pruned, sparsity);
    LayerShares shares = LayerShares.of(pruned);
    PruningSummaries.of(task).ifPresent(log -> log.add(0, shares));
    task.context()
        .events()
        .publish(RunEvent.newBuilder().setLayerSparsity(shares.event(task.stage().index(), 0)));
    return new Outcome(
        pruned,
        order.pruner(),
        String.format(Locale.ROOT, "pruned to sparsity %.4f without training", shares.sparsity()));
  }
}
