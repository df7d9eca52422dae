package io.espalier.runtime;

import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.proto.ChannelsCut;
import io.espalier.proto.DecidePlan;
import io.espalier.proto.PlanDecided;
import io.espalier.proto.PlanProposed;
import io.espalier.proto.PlannedLayer;
import io.espalier.proto.RunEvent;
import io.espalier.runtime.scenario.PruneSettings;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lets the first plan of a stage wait for somebody's consent, where the scenario asks for that. A
 * plan that was approved before a run was cut off needs no consent again.
 */
final class Approval {
  private Approval() {}

  /**
   * Returns once a plan that masks weights may be applied.
   *
   * @param target the sparsity that the plan was asked for
   * @param last the sparsity that the stage will end with
   * @throws EspalierException ({@link FailureCode#CANCELLED}) if it is rejected, or the run is to
   *     end
   */
  static void await(
      StageTask task, Plan plan, Model model, List<Layer> layers, double target, double last) {
    Map<String, Mask> masks = new HashMap<>();
    for (Edit edit : plan.edits()) {
      if (edit instanceof Edit.MaskWeights mask) {
        masks.put(mask.tensor(), mask.mask());
      }
    }
    PlanProposed.Builder proposal =
        PlanProposed.newBuilder()
            .setAuthor(plan.author())
            .setSparsity(target)
            .setFinalSparsity(last);
    for (Layer layer : layers) {
      Mask mask = masks.get(layer.weight());
      int size = (int) layer.shape().size();
      proposal.addLayers(
          PlannedLayer.newBuilder()
              .setLayer(layer.name())
              .setWeights(size)
              .setZeros(zeros(model.tensor(layer.weight()).floats()))
              .setPlanned(mask == null ? 0 : size - mask.kept()));
    }
    await(task, proposal);
  }

  /**
   * Returns once a plan that takes channels out may be applied.
   *
   * @param cut what it would come to
   * @param share what the stage asks for
   * @throws EspalierException ({@link FailureCode#CANCELLED}) if it is rejected, or the run is to
   *     end
   */
  static void await(StageTask task, Plan plan, ChannelsCut cut, double share) {
    await(
        task,
        PlanProposed.newBuilder()
            .setAuthor(plan.author())
            .setSparsity(share)
            .setFinalSparsity(share)
            .setCut(cut));
  }

  private static void await(StageTask task, PlanProposed.Builder proposal) {
    RunContext context = task.context();
    int stage = task.stage().index();
    if (!task.stage().spec().settings().get(PruneSettings.APPROVE)
        || context.interventions().isApproved(stage)) {
      return;
    }
    String id = task.stage().name();
    context
        .events()
        .publish(RunEvent.newBuilder().setPlanProposed(proposal.setPlan(id).setStageIndex(stage)));
    DecidePlan decision = context.steering().awaitDecision(id);
    context
        .events()
        .publish(
            RunEvent.newBuilder()
                .setPlanDecided(
                    PlanDecided.newBuilder()
                        .setPlan(id)
                        .setStageIndex(stage)
                        .setApproved(decision.getApprove())
                        .setReason(decision.getReason())));
    if (!decision.getApprove()) {
      throw new EspalierException(
          FailureCode.CANCELLED,
          "plan '%s' was rejected%s"
              .formatted(id, decision.getReason().isBlank() ? "" : ": " + decision.getReason()));
    }
    context.interventions().approve(stage);
  }

  private static int zeros(FloatBuffer weights) {
    int zeros = 0;
    for (int i = 0; i < weights.limit(); i++) {
      zeros += weights.get(i) == 0 ? 1 : 0;
    }
    return zeros;
  }
}
