package io.espalier.runtime;

import io.espalier.api.ChannelGroup;
import io.espalier.api.ChannelSlice;
import io.espalier.api.Dataset;
import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.api.Shape;
import io.espalier.core.Layers;
import io.espalier.core.Macs;
import io.espalier.core.OnnxFormat;
import io.espalier.core.Plans;
import io.espalier.core.TrainableParameters;
import io.espalier.proto.ChannelsCut;
import io.espalier.proto.CutGroup;
import io.espalier.proto.CutLayer;
import io.espalier.runtime.measure.LoadCheck;
import io.espalier.runtime.plugin.ExtensionCatalog;
import io.espalier.runtime.scenario.StageSpec;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A plan of channels that leave, with the model that it makes and what that comes to.
 *
 * @param plan of the stage's channel pruner, or a stored one
 * @param model what is left; ONNX Runtime loads it
 * @param figures of groups, layers and the whole, before and after
 */
public record PlannedCut(Plan plan, Model model, ChannelsCut figures) {
  /**
   * Plans a cut without a run.
   *
   * @param spec a shrink stage
   * @param seed of whatever is drawn at random
   * @param dataset opened when something has to be measured
   * @throws EspalierException as the stage would
   */
  public static PlannedCut of(
      Model model,
      StageSpec spec,
      long seed,
      ExtensionCatalog extensions,
      Supplier<Dataset> dataset) {
    PreparedStage stage = new PreparedStage(0, spec, Optional.empty(), Optional.empty());
    ShrinkOrder order = new ShrinkOrder(model, new Calibration(stage, extensions, dataset, seed));
    return of(model, order.plan(), order, 0);
  }

  /** What a plan makes of a model, checked to load. */
  static PlannedCut of(Model model, Plan plan, ShrinkOrder order, int stage) {
    Model cut = Plans.apply(model, plan);
    LoadCheck.requireLoads(new OnnxFormat().bytes(cut), "the cut model");
    ChannelsCut.Builder figures =
        ChannelsCut.newBuilder()
            .setStageIndex(stage)
            .setParametersBefore(TrainableParameters.count(model))
            .setParametersAfter(TrainableParameters.count(cut));
    for (Edit edit : plan.edits()) {
      if (edit instanceof Edit.RemoveChannels removed) {
        figures.addGroups(group(model, removed, order.groups()));
      }
    }
    Set<String> losing =
        figures.getGroupsList().stream().map(CutGroup::getGroup).collect(Collectors.toSet());
    order.frozen().stream()
        .filter(frozen -> !losing.contains(frozen.getGroup()))
        .forEach(figures::addFrozen);
    Map<String, Long> before = macs(model);
    Map<String, Long> after = macs(cut);
    figures.setMacsBefore(total(before)).setMacsAfter(total(after));
    for (Layer layer : Layers.prunable(model, true)) {
      figures.addLayers(
          layer(layer, model.tensor(layer.weight()).shape(), cut.tensor(layer.weight()).shape())
              .setMacsBefore(before.getOrDefault(layer.name(), 0L))
              .setMacsAfter(after.getOrDefault(layer.name(), 0L)));
    }
    return new PlannedCut(plan, cut, figures.build());
  }

  private static CutGroup group(
      Model model, Edit.RemoveChannels removed, List<ChannelGroup> groups) {
    int before = (int) model.tensor(removed.tensor()).shape().dim(removed.axis());
    CutGroup.Builder cut =
        CutGroup.newBuilder()
            .setTensor(removed.tensor())
            .setBefore(before)
            .setAfter(before - removed.indices().size())
            .addAllRemoved(removed.indices());
    groups.stream()
        .filter(group -> group.slices().stream().anyMatch(slice -> holds(slice, removed)))
        .findFirst()
        .ifPresent(
            group ->
                cut.setGroup(group.name())
                    .addAllMadeBy(nodes(group, ChannelSlice.Role.MAKES))
                    .addAllReadBy(nodes(group, ChannelSlice.Role.READS)));
    return cut.build();
  }

  private static boolean holds(ChannelSlice slice, Edit.RemoveChannels removed) {
    if (!slice.tensor().equals(removed.tensor()) || slice.axis() != removed.axis()) {
      return false;
    }
    for (int i = 0; i < slice.size(); i++) {
      if (slice.index(i / slice.perChannel(), i % slice.perChannel()) == removed.indices().get(0)) {
        return true;
      }
    }
    return false;
  }

  private static Set<String> nodes(ChannelGroup group, ChannelSlice.Role role) {
    return group.slices(role).stream()
        .map(ChannelSlice::node)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static CutLayer.Builder layer(Layer layer, Shape was, Shape is) {
    return CutLayer.newBuilder()
        .setLayer(layer.name())
        .setInputsBefore(extent(was, layer.inputAxis()))
        .setInputsAfter(extent(is, layer.inputAxis()))
        .setOutputsBefore(extent(was, layer.outputAxis()))
        .setOutputsAfter(extent(is, layer.outputAxis()))
        .setWeightsBefore(was.size())
        .setWeightsAfter(is.size());
  }

  private static int extent(Shape shape, int axis) {
    return axis < 0 ? 1 : (int) shape.dim(axis);
  }

  /** Nothing where a shape cannot be inferred. */
  private static Map<String, Long> macs(Model model) {
    try {
      return Macs.of(model).byNode();
    } catch (EspalierException e) {
      return Map.of();
    }
  }

  private static double total(Map<String, Long> macs) {
    Collection<Long> all = macs.values();
    return all.stream().mapToLong(Long::longValue).sum();
  }
}
