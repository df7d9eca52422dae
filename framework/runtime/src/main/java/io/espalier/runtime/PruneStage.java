package io.espalier.runtime;

import io.espalier.api.FineTuner;
import io.espalier.api.Model;
import io.espalier.api.Pruner;
import io.espalier.runtime.PreparedStage.Pruning;
import java.util.Locale;

/** Prunes while it trains. */
final class PruneStage implements Stage {
  @Override
  public Outcome run(StageTask task) {
    PreparedStage stage = task.stage();
    Pruning pruning =
        stage.pruning().orElseThrow(() -> new IllegalArgumentException("the stage prunes nothing"));
    Plugged<Pruner> pruner = stage.pruner(task.context().extensions());
    Plugged<FineTuner> fineTuner = stage.fineTuner(task.context().extensions());
    ScheduledPruning masks = new ScheduledPruning(task, pruning.schedule(), pruner);
    FollowedTraining training = new FollowedTraining(task, fineTuner, masks);
    Model pruned = training.run();
    StageChecks.requireSparsity(pruned, pruning.target());
    return new Outcome(
        pruned,
        pruner.id(),
        String.format(
            Locale.ROOT,
            "pruned to sparsity %.4f over %d steps with %s",
            pruning.target(),
            training.steps(),
            fineTuner.id()));
  }
}
