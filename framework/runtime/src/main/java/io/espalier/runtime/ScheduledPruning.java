package io.espalier.runtime;

import io.espalier.api.Edit;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Plan;
import io.espalier.api.PruneRequest;
import io.espalier.api.Pruner;
import io.espalier.api.Schedule;
import io.espalier.api.TrainingControl;
import io.espalier.core.ExactSelector;
import io.espalier.core.Layers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Asks the pruner for new masks whenever the schedule says so, and checks what it gets. */
final class ScheduledPruning implements MaskUpdates {
  private final StageTask task;
  private final Schedule schedule;
  private final Plugged<Pruner> pruner;
  private final List<Layer> layers;

  ScheduledPruning(StageTask task, Schedule schedule, Plugged<Pruner> pruner) {
    this.task = task;
    this.schedule = schedule;
    this.pruner = pruner;
    this.layers = Layers.prunable(task.model());
  }

  @Override
  public boolean updatesAt(int step) {
    return schedule.updatesAt(step);
  }

  @Override
  public OptionalDouble target(int step) {
    return OptionalDouble.of(schedule.sparsityAt(step));
  }

  @Override
  public void update(int step, TrainingControl control) {
    double target = schedule.sparsityAt(step);
    PruneRequest request =
        new PruneRequest(
            control.model(),
            layers,
            target,
            pruner.parameters(),
            task.context().seed(task.stage(), "prune/" + step),
            new ExactSelector());
    Plan plan = pruner.call(p -> p.plan(request));
    requireExact(plan, target);
    control.apply(plan);
  }

  private void requireExact(Plan plan, double target) {
    Map<String, Mask> masks = new LinkedHashMap<>();
    for (Edit edit : plan.edits()) {
      if (!(edit instanceof Edit.MaskWeights mask)) {
        throw pruner.broken("planned something else than a mask: " + edit);
      }
      masks.put(mask.tensor(), mask.mask());
    }
    for (Layer layer : layers) {
      Mask mask = masks.remove(layer.weight());
      int asked = ExactSelector.kept((int) layer.shape().size(), target);
      if (mask == null || mask.kept() != asked) {
        throw pruner.broken(
            "keeps %s of the %d weights of layer '%s'; at sparsity %s it is to keep %d"
                .formatted(
                    mask == null ? "all" : mask.kept(),
                    layer.shape().size(),
                    layer.name(),
                    target,
                    asked));
      }
    }
    if (!masks.isEmpty()) {
      throw pruner.broken(
          "masks tensors that it was not asked about: " + String.join(", ", masks.keySet()));
    }
  }
}
