package io.espalier.runtime;

import io.espalier.api.ChannelGroup;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Parameter;
import io.espalier.api.Parameters;
import io.espalier.core.ChannelGroups;
import io.espalier.core.GroupOptions;
import io.espalier.core.Layers;
import io.espalier.runtime.measure.ActivationStatistics.Activation;
import io.espalier.runtime.scenario.ShrinkSettings;
import io.espalier.runtime.scenario.StageSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The channel groups of a model as a shrink stage's settings want them. */
final class ShrinkGroups {
  private ShrinkGroups() {}

  /**
   * @throws EspalierException ({@link FailureCode#USAGE}) if a protected name matches no layer
   */
  static List<ChannelGroup> of(Model model, Parameters settings) {
    Set<String> outputs = named(model, settings, ShrinkSettings.PROTECT_OUTPUTS);
    List<Layer> layers = Layers.prunable(model);
    if (settings.get(ShrinkSettings.EXCLUDE_LAST_LAYER) && !layers.isEmpty()) {
      outputs.add(layers.get(layers.size() - 1).name());
    }
    return ChannelGroups.of(
        model,
        new GroupOptions(
            GroupOptions.Heads.valueOf(settings.get(ShrinkSettings.HEADS).toUpperCase(Locale.ROOT)),
            named(model, settings, ShrinkSettings.PROTECT_INPUTS),
            outputs));
  }

  /**
   * Checks that every layer which a shrink stage names is there, and that its stored plan can be
   * read, before anything is trained.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) if a name matches no layer; as {@link
   *     PlanFiles#read} for the plan
   */
  static void requireFits(Model model, StageSpec stage) {
    ShrinkSettings.selection(stage).select(model);
    of(model, stage.settings());
    stage.settings().find(ShrinkSettings.PLAN).map(Path::of).ifPresent(PlanFiles::read);
  }

  private static Set<String> named(
      Model model, Parameters settings, Parameter<List<String>> parameter) {
    return GroupOptions.named(model, parameter.name(), settings.get(parameter));
  }

  /** The layers that can be scored, by weight. */
  static Map<String, Layer> layers(Model model) {
    Map<String, Layer> layers = new LinkedHashMap<>();
    Layers.prunable(model).forEach(layer -> layers.put(layer.weight(), layer));
    return layers;
  }

  /** How many channels each group of a model has, by its {@link #key}. */
  static Map<List<String>, Integer> widths(Model model, Parameters settings) {
    Map<List<String>, Integer> widths = new LinkedHashMap<>();
    of(model, settings).forEach(group -> widths.put(key(group), group.channels()));
    return widths;
  }

  /** What a group is part of, which stays the same when it loses channels. */
  static List<String> key(ChannelGroup group) {
    return group.slices().stream()
        .map(slice -> slice.tensor() + "/" + slice.axis() + "/" + slice.perChannel())
        .toList();
  }

  /** The activation that statistics see in place of the graph's. */
  static Optional<Activation> activation(Parameters settings) {
    String activation = settings.get(ShrinkSettings.ACTIVATION);
    return activation.equals("graph")
        ? Optional.empty()
        : Optional.of(Activation.valueOf(activation.toUpperCase(Locale.ROOT)));
  }
}
