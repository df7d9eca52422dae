package io.espalier.runtime;

import io.espalier.api.Edit;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.ValueInfo;
import io.espalier.core.ChannelCut;
import io.espalier.core.ChannelPlanner;
import io.espalier.core.Macs;
import io.espalier.core.OnnxFormat;
import io.espalier.core.ShareSearch;
import io.espalier.core.TrainableParameters;
import io.espalier.runtime.measure.Latency;
import io.espalier.runtime.scenario.ShrinkSettings;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * What a shrink stage's share is of.
 *
 * @param figure its name
 * @param model that is cut
 * @param measure the figure of a model
 */
record ShrinkTarget(String figure, Model model, ToDoubleFunction<Model> measure) {
  static ShrinkTarget of(String figure, Model model, Supplier<Shape> sample) {
    ToDoubleFunction<Model> measure =
        switch (figure) {
          case "parameters" -> TrainableParameters::count;
          case "macs" -> one -> Macs.of(one).total();
          case "latency" -> one -> latency(one, sample(model).orElseGet(sample));
          default -> one -> 1;
        };
    return new ShrinkTarget(figure, model, measure);
  }

  /** Shape of one sample, if the model says it. */
  private static Optional<Shape> sample(Model model) {
    List<ValueInfo.Dimension> extents = model.graph().inputs().get(0).dims();
    long[] known =
        extents.stream()
            .skip(1)
            .filter(ValueInfo.Known.class::isInstance)
            .mapToLong(extent -> ((ValueInfo.Known) extent).size())
            .toArray();
    return known.length == extents.size() - 1 ? Optional.of(Shape.of(known)) : Optional.empty();
  }

  private static double latency(Model model, Shape sample) {
    return Latency.measure(new OnnxFormat().bytes(model), sample).p50Micros();
  }

  /** The edits that bring the figure down by a share of it. */
  List<Edit.RemoveChannels> plan(double share, ChannelPlanner planner) {
    if (figure.equals(ShrinkSettings.CHANNELS)) {
      return planner.plan(share, 1);
    }
    if (share == 0) {
      return List.of();
    }
    double channels =
        ShareSearch.find(figure, share, tried -> left(cut(planner.planUpTo(tried, tried / share))));
    return planner.planUpTo(channels, channels / share);
  }

  /** Both measured one after the other, since a machine is not always as fast. */
  private double left(Model cut) {
    return cut == model ? 1 : measure.applyAsDouble(cut) / measure.applyAsDouble(model);
  }

  private Model cut(List<Edit.RemoveChannels> edits) {
    return edits.isEmpty() ? model : ChannelCut.apply(model, edits);
  }
}
