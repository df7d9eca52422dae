package io.espalier.runtime;

import io.espalier.api.Edit;
import io.espalier.api.Model;
import io.espalier.core.ChannelCut;
import io.espalier.core.ChannelPlanner;
import io.espalier.core.Macs;
import io.espalier.core.OnnxFormat;
import io.espalier.core.ShareSearch;
import io.espalier.core.TrainableParameters;
import io.espalier.runtime.measure.Latency;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a shrink stage's share is of.
 *
 * @param figure its name
 * @param model that is cut
 * @param measure the figure of a model
 */
record ShrinkTarget(String figure, Model model, ToDoubleFunction<Model> measure) {
  private static final String CHANNELS = "channels";

  static ShrinkTarget of(String figure, StageTask task) {
    ToDoubleFunction<Model> measure =
        switch (figure) {
          case "parameters" -> TrainableParameters::count;
          case "macs" -> model -> Macs.of(model).total();
          case "latency" -> model -> latency(task, model);
          default -> model -> 1;
        };
    return new ShrinkTarget(figure, task.model(), measure);
  }

  private static double latency(StageTask task, Model model) {
    return Latency.measure(new OnnxFormat().bytes(model), task.context().run().dataset().sample())
        .p50Micros();
  }

  /** The edits that bring the figure down by a share of it. */
  List<Edit.RemoveChannels> plan(double share, ChannelPlanner planner) {
    if (figure.equals(CHANNELS)) {
      return planner.plan(share, 1);
    }
    double dense = measure.applyAsDouble(model);
    double channels =
        ShareSearch.find(
            figure,
            share,
            tried -> measure.applyAsDouble(cut(planner.plan(tried, tried / share))) / dense);
    return planner.plan(channels, channels / share);
  }

  private Model cut(List<Edit.RemoveChannels> edits) {
    return edits.isEmpty() ? model : ChannelCut.apply(model, edits);
  }
}
