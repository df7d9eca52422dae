package io.espalier.runtime;

import io.espalier.api.Parameters;
import io.espalier.api.Plan;
import io.espalier.proto.ChannelsCut;
import io.espalier.proto.Log;
import io.espalier.proto.RunEvent;
import io.espalier.runtime.scenario.ShrinkSettings;
import java.nio.file.Path;
import java.util.Optional;

/** Takes channels out of the model: plans, writes the plan, applies it and loads what came out. */
final class ShrinkStage implements Stage {
  @Override
  public Outcome run(StageTask task) {
    Parameters settings = task.stage().spec().settings();
    Optional<String> stored = settings.find(ShrinkSettings.PLAN);
    ShrinkOrder order = ShrinkOrder.of(task);
    Plan plan = stored.map(file -> PlanFiles.read(Path.of(file))).orElseGet(order::plan);
    Path file = task.context().folder().plan(task.stage().name());
    PlanFiles.write(plan, file);
    tell(task, "plan written to " + task.context().folder().relative(file));
    PlannedCut cut = PlannedCut.of(task.model(), plan, order, task.stage().index());
    ChannelsCut figures = cut.figures();
    figures.getFrozenList().forEach(group -> tell(task, ShrinkOrder.line(group)));
    Approval.await(task, plan, figures, settings.get(ShrinkSettings.SPARSITY));
    task.context().events().publish(RunEvent.newBuilder().setChannelsCut(figures));
    return new Outcome(
        cut.model(),
        order.pruner(),
        "Parameters: %,d -> %,d"
            .formatted((long) figures.getParametersBefore(), (long) figures.getParametersAfter()));
  }

  private static void tell(StageTask task, String message) {
    task.context()
        .events()
        .publish(
            RunEvent.newBuilder().setLog(Log.newBuilder().setLevel("INFO").setMessage(message)));
  }
}
