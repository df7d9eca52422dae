package io.espalier.runtime;

import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.api.PruneRequest;
import io.espalier.api.Pruner;
import io.espalier.api.Statistics;
import io.espalier.core.ExactSelector;
import io.espalier.core.LayerSelection;
import io.espalier.core.PruneGoal;
import io.espalier.proto.Log;
import io.espalier.proto.RunEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Asks a stage's pruner for plans, and checks what it gets against what the stage asks for. */
final class PruneOrder {
  private final StageTask task;
  private final Plugged<Pruner> pruner;
  private final PruneGoal goal;

  /**
   * @param finalSparsity that the stage ends with
   * @throws EspalierException if the stage's selection or structure does not fit the model
   */
  PruneOrder(StageTask task, double finalSparsity) {
    this.task = task;
    this.pruner = task.stage().pruner(task.context().extensions());
    LayerSelection.Selected selected =
        new LayerSelection(task.stage().spec().settings()).select(task.model());
    selected.notes().forEach(this::tell);
    this.goal =
        new PruneGoal(selected.layers(), task.stage().structure(), finalSparsity, task.model());
  }

  private void tell(String note) {
    task.context()
        .events()
        .publish(RunEvent.newBuilder().setLog(Log.newBuilder().setLevel("WARN").setMessage(note)));
  }

  String pruner() {
    return pruner.id();
  }

  /**
   * A plan for the model as it is at a step.
   *
   * @throws EspalierException ({@link FailureCode#PLUGIN}) if the pruner's plan is not exactly what
   *     was asked for
   */
  Plan plan(Model model, double sparsity, int step) {
    PruneRequest request =
        new PruneRequest(
            model,
            goal.targets(sparsity),
            pruner.parameters(),
            task.context().seed(task.stage(), "prune/" + step),
            new ExactSelector(),
            Statistics.NONE);
    Plan plan = pruner.call(p -> p.plan(request));
    requireExact(plan, request.targets(), sparsity);
    return plan;
  }

  private void requireExact(Plan plan, List<PruneRequest.Target> targets, double sparsity) {
    Map<String, Mask> masks = new LinkedHashMap<>();
    for (Edit edit : plan.edits()) {
      boolean asked =
          targets.stream().anyMatch(target -> target.layer().weight().equals(edit.tensor()));
      if (edit instanceof Edit.MaskWeights mask && asked) {
        masks.put(mask.tensor(), mask.mask());
      } else if (!(edit instanceof Edit.ReplaceWeights) || !asked) {
        throw pruner.broken("planned something else than masks of the stage's layers: " + edit);
      }
    }
    goal.problem(masks, sparsity)
        .ifPresent(
            problem -> {
              throw pruner.broken("planned wrong: " + problem);
            });
  }

  /**
   * Checks that the stage's model is pruned as it was asked.
   *
   * @throws EspalierException ({@link FailureCode#VERIFICATION}) that names layer and figures
   */
  void requireMet(Model pruned, double sparsity) {
    goal.problem(pruned.masks(), sparsity)
        .ifPresent(
            problem -> {
              throw new EspalierException(FailureCode.VERIFICATION, problem);
            });
  }
}
