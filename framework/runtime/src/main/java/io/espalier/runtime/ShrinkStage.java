package io.espalier.runtime;

import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.Model;
import io.espalier.api.Parameters;
import io.espalier.api.Plan;
import io.espalier.core.Macs;
import io.espalier.core.OnnxFormat;
import io.espalier.core.Plans;
import io.espalier.core.TrainableParameters;
import io.espalier.proto.ChannelsCut;
import io.espalier.proto.Log;
import io.espalier.proto.RunEvent;
import io.espalier.runtime.measure.LoadCheck;
import io.espalier.runtime.scenario.ShrinkSettings;
import java.nio.file.Path;
import java.util.Optional;

/** Takes channels out of the model: plans, writes the plan, applies it and loads what came out. */
final class ShrinkStage implements Stage {
  @Override
  public Outcome run(StageTask task) {
    Parameters settings = task.stage().spec().settings();
    Optional<String> stored = settings.find(ShrinkSettings.PLAN);
    ShrinkOrder order = new ShrinkOrder(task);
    Plan plan = stored.map(file -> PlanFiles.read(Path.of(file))).orElseGet(order::plan);
    order.frozen().forEach(line -> tell(task, line));
    Path file = task.context().folder().plan(task.stage().name());
    PlanFiles.write(plan, file);
    tell(task, "plan written to " + task.context().folder().relative(file));
    Model cut = Plans.apply(task.model(), plan);
    LoadCheck.requireLoads(new OnnxFormat().bytes(cut), "the cut model");
    ChannelsCut outcome = outcome(task, plan, cut);
    Approval.await(task, plan, outcome, settings.get(ShrinkSettings.SPARSITY));
    task.context().events().publish(RunEvent.newBuilder().setChannelsCut(outcome));
    return new Outcome(cut, order.pruner(), summary(task.model(), cut));
  }

  private static void tell(StageTask task, String message) {
    task.context()
        .events()
        .publish(
            RunEvent.newBuilder().setLog(Log.newBuilder().setLevel("INFO").setMessage(message)));
  }

  private static ChannelsCut outcome(StageTask task, Plan plan, Model cut) {
    ChannelsCut.Builder outcome = ChannelsCut.newBuilder().setStageIndex(task.stage().index());
    for (Edit edit : plan.edits()) {
      if (edit instanceof Edit.RemoveChannels removed) {
        int before = (int) task.model().tensor(removed.tensor()).shape().dim(removed.axis());
        outcome
            .addGroupsBuilder()
            .setTensor(removed.tensor())
            .setBefore(before)
            .setAfter(before - removed.indices().size());
      }
    }
    return outcome
        .setParametersBefore(TrainableParameters.count(task.model()))
        .setParametersAfter(TrainableParameters.count(cut))
        .setMacsBefore(macs(task.model()))
        .setMacsAfter(macs(cut))
        .build();
  }

  /** 0 where a shape cannot be inferred. */
  private static double macs(Model model) {
    try {
      return Macs.of(model).total();
    } catch (EspalierException e) {
      return 0;
    }
  }

  private static String summary(Model before, Model after) {
    return "Parameters: %,d -> %,d"
        .formatted(TrainableParameters.count(before), TrainableParameters.count(after));
  }
}
