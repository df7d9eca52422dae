package io.espalier.runtime;

import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.api.PruneRequest;
import io.espalier.api.PruneRequest.Target;
import io.espalier.api.Pruner;
import io.espalier.api.Statistic;
import io.espalier.api.Statistics;
import io.espalier.core.LayerSelection;
import io.espalier.core.PruneGoal;
import io.espalier.proto.Log;
import io.espalier.proto.RunEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Asks a stage's pruner for plans, and checks what it gets against what the stage asks for. */
final class PruneOrder {
  private final StageTask task;
  private final Plugged<Pruner> pruner;
  private final List<Layer> layers;
  private final Set<Statistic> needs;
  private final PruneGoal goal;
  private final Optional<Model> origin;
  private final double finalSparsity;

  /**
   * @param sparsity that the stage ends with
   * @throws EspalierException if the stage's selection or structure does not fit the model
   */
  PruneOrder(StageTask task, double sparsity) {
    this.task = task;
    this.finalSparsity = sparsity;
    PreparedStage stage = task.stage();
    this.pruner = stage.pruner(task.context().extensions());
    LayerSelection.Selected selected =
        new LayerSelection(stage.spec().settings()).select(task.model());
    selected.notes().forEach(this::tell);
    this.layers = selected.layers().stream().map(LayerSelection.Choice::layer).toList();
    this.needs = pruner.call(p -> p.needs(pruner.parameters()));
    this.goal =
        new PruneGoal(
            selected.layers(),
            stage.structure(),
            stage.allocation(),
            stage.towards(sparsity),
            task.model());
    this.origin = Origin.of(task);
  }

  private PruneOrder(PruneOrder other, double sparsity) {
    this.task = other.task;
    this.pruner = other.pruner;
    this.layers = other.layers;
    this.needs = other.needs;
    this.origin = other.origin;
    this.finalSparsity = sparsity;
    PreparedStage stage = task.stage();
    this.goal =
        new PruneGoal(
            new LayerSelection(stage.spec().settings()).select(task.model()).layers(),
            stage.structure(),
            stage.allocation(),
            stage.towards(sparsity),
            task.model());
  }

  /** The same order where the stage is to end with another sparsity. */
  PruneOrder endingWith(double sparsity) {
    return new PruneOrder(this, sparsity);
  }

  private void tell(String note) {
    task.context()
        .events()
        .publish(RunEvent.newBuilder().setLog(Log.newBuilder().setLevel("WARN").setMessage(note)));
  }

  String pruner() {
    return pruner.id();
  }

  List<Layer> layers() {
    return layers;
  }

  /** What the pruner wants to be measured. */
  Set<Statistic> needs() {
    return needs;
  }

  /**
   * A plan for the model as it is.
   *
   * @param ofSteps statistics of the steps of the training that is pruned in
   * @throws EspalierException ({@link FailureCode#PLUGIN}) if the pruner's plan is not exactly what
   *     was asked for
   */
  Plan plan(Model model, double sparsity, Statistics ofSteps) {
    PruneRequest request =
        new PruneRequest(
            model,
            goal.targets(model, sparsity),
            pruner.parameters(),
            task.context().seed(task.stage(), "prune"),
            goal,
            Calibration.of(task).measure(model, layers, needs).and(ofSteps),
            origin);
    Plan plan = pruner.call(p -> p.plan(request));
    requireExact(plan, model, request.targets(), sparsity);
    Approval.await(task, plan, model, layers, sparsity, finalSparsity);
    return plan;
  }

  private void requireExact(Plan plan, Model model, List<Target> targets, double sparsity) {
    Map<String, Mask> masks = new LinkedHashMap<>();
    for (Edit edit : plan.edits()) {
      boolean asked = layers.stream().anyMatch(layer -> layer.weight().equals(edit.tensor()));
      if (edit instanceof Edit.MaskWeights mask && asked) {
        masks.put(mask.tensor(), mask.mask());
      } else if (!(edit instanceof Edit.ReplaceWeights)
          || !model.tensors().containsKey(edit.tensor())) {
        throw pruner.broken("planned something else than masks of the stage's layers: " + edit);
      }
    }
    goal.problem(targets, masks, sparsity)
        .ifPresent(
            problem -> {
              throw pruner.broken("planned wrong: " + problem);
            });
  }

  /**
   * Checks that the stage's model is pruned as its last plan had it.
   *
   * @throws EspalierException ({@link FailureCode#VERIFICATION}) that names layer and figures
   */
  void requireMet(Model pruned, double sparsity) {
    goal.problem(goal.targets(pruned, sparsity), pruned.masks(), sparsity)
        .ifPresent(
            problem -> {
              throw new EspalierException(FailureCode.VERIFICATION, problem);
            });
  }
}
