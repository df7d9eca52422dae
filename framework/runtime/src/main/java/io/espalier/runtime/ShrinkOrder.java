package io.espalier.runtime;

import io.espalier.api.ChannelGroup;
import io.espalier.api.ChannelPruner;
import io.espalier.api.ChannelRequest;
import io.espalier.api.ChannelSlice;
import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.NdTensors;
import io.espalier.api.Parameters;
import io.espalier.api.Plan;
import io.espalier.api.Statistics;
import io.espalier.core.ChannelGoal;
import io.espalier.core.ChannelPlanner;
import io.espalier.core.ChannelPlanner.Candidate;
import io.espalier.core.LayerEntry;
import io.espalier.core.LayerSelection;
import io.espalier.proto.FrozenGroup;
import io.espalier.runtime.scenario.ShrinkSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Asks a stage's channel pruner for scores and plans which channels go. */
final class ShrinkOrder {
  private final Model model;
  private final Calibration calibration;
  private final Parameters settings;
  private final Plugged<ChannelPruner> pruner;
  private final Map<String, LayerSelection.Choice> choices = new LinkedHashMap<>();
  private final List<ChannelGroup> groups;
  private final Map<List<String>, Integer> widths;
  private final Map<ChannelGroup, List<ChannelSlice>> scored = new LinkedHashMap<>();
  private final List<FrozenGroup> frozen = new ArrayList<>();

  /**
   * @param calibration measures what the pruner asks for; its stage says what is wanted
   */
  ShrinkOrder(Model model, Calibration calibration) {
    this(model, calibration, model);
  }

  /**
   * @param before what shares of channels are of
   */
  ShrinkOrder(Model model, Calibration calibration, Model before) {
    this.model = model;
    this.calibration = calibration;
    this.settings = calibration.stage().spec().settings();
    this.pruner = calibration.stage().channelPruner(calibration.extensions());
    ShrinkSettings.selection(calibration.stage().spec())
        .select(model)
        .layers()
        .forEach(choice -> choices.put(choice.layer().weight(), choice));
    this.groups = ShrinkGroups.of(model, settings);
    this.widths = before == model ? Map.of() : ShrinkGroups.widths(before, settings);
    Map<String, Layer> layers = ShrinkGroups.layers(model);
    groups.forEach(group -> sort(group, scoring(group, layers)));
  }

  /** To those that may be cut or those that stay. */
  private void sort(ChannelGroup group, List<ChannelSlice> slices) {
    Optional<String> reason = group.frozen().or(() -> excluded(slices));
    if (reason.isEmpty()) {
      scored.put(group, slices);
      return;
    }
    frozen.add(
        FrozenGroup.newBuilder()
            .setGroup(group.name())
            .setChannels(group.channels())
            .setReason(reason.get())
            .build());
  }

  /** The order of a run's stage. */
  static ShrinkOrder of(StageTask task) {
    Calibration calibration = Calibration.of(task);
    Optional<String> since = task.stage().spec().settings().find(ShrinkSettings.SINCE);
    return since.isEmpty()
        ? new ShrinkOrder(task.model(), calibration)
        : new ShrinkOrder(task.model(), calibration, Origin.before(task, since.get()));
  }

  String pruner() {
    return pruner.id();
  }

  /** All groups of the model. */
  List<ChannelGroup> groups() {
    return groups;
  }

  /** The groups that no plan of this order may cut, and why. */
  List<FrozenGroup> frozen() {
    return List.copyOf(frozen);
  }

  /**
   * The plan that the stage asks for.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) if no channel can go or not so many can;
   *     it says how many can
   */
  Plan plan() {
    ChannelGoal goal = goal();
    ChannelPlanner planner = new ChannelPlanner(candidates(), goal);
    double sparsity = settings.get(ShrinkSettings.SPARSITY);
    ShrinkTarget target =
        ShrinkTarget.of(settings.get(ShrinkSettings.OF), model, calibration::sample);
    List<Edit.RemoveChannels> edits = target.plan(sparsity, planner);
    return new Plan(pruner.id(), List.copyOf(edits));
  }

  private ChannelGoal goal() {
    return new ChannelGoal(
        ChannelGoal.Mode.valueOf(word(settings.get(ShrinkSettings.MODE))),
        ChannelGoal.Reduction.valueOf(word(settings.get(ShrinkSettings.REDUCTION))),
        ChannelGoal.Normalisation.valueOf(word(settings.get(ShrinkSettings.NORMALISATION))),
        settings.get(ShrinkSettings.MIN_CHANNELS),
        settings.get(ShrinkSettings.ROUND_TO),
        settings.get(ShrinkSettings.MAX_SPARSITY_PER_LAYER));
  }

  private static String word(String choice) {
    return choice.toUpperCase(Locale.ROOT);
  }

  /** The groups that may be cut, each with the layers that score it. */
  private List<Candidate> candidates() {
    if (scored.isEmpty()) {
      throw new EspalierException(
          FailureCode.USAGE,
          "stage '%s': no channel can go: %s"
              .formatted(
                  calibration.stage().name(),
                  frozen.stream().map(ShrinkOrder::line).collect(Collectors.joining("; "))));
    }
    Statistics statistics = measure();
    List<Candidate> candidates = new ArrayList<>();
    scored.forEach((group, slices) -> candidates.add(candidate(group, slices, statistics)));
    return candidates;
  }

  /** For instance {@code conv1 keeps its 8 channels: output 'logits' of the graph has them}. */
  static String line(FrozenGroup group) {
    return "%s keeps its %d channels: %s"
        .formatted(group.getGroup(), group.getChannels(), group.getReason());
  }

  /** The layers that score a group: those with weights of their own, depthwise ones only alone. */
  private static List<ChannelSlice> scoring(ChannelGroup group, Map<String, Layer> layers) {
    List<ChannelSlice> makers = new ArrayList<>();
    for (ChannelSlice slice : group.slices(ChannelSlice.Role.MAKES)) {
      Layer layer = layers.get(slice.tensor());
      if (layer != null && layer.outputAxis() == slice.axis()) {
        makers.add(slice);
      }
    }
    return makers;
  }

  private Optional<String> excluded(List<ChannelSlice> slices) {
    if (slices.isEmpty()) {
      return Optional.of("no prunable layer makes them");
    }
    return slices.stream()
        .filter(slice -> !choices.containsKey(slice.tensor()))
        .findFirst()
        .map(slice -> "layer '%s' is not selected".formatted(slice.node()));
  }

  private Statistics measure() {
    var needs = pruner.call(p -> p.needs(pruner.parameters()));
    List<Layer> layers =
        scored.values().stream()
            .flatMap(List::stream)
            .map(ChannelSlice::tensor)
            .distinct()
            .map(this::layer)
            .toList();
    return calibration.measure(model, layers, needs, ShrinkGroups.activation(settings));
  }

  private Layer layer(String weight) {
    return Optional.ofNullable(choices.get(weight)).orElseThrow().layer();
  }

  private Candidate candidate(
      ChannelGroup group, List<ChannelSlice> slices, Statistics statistics) {
    List<float[]> scores = new ArrayList<>();
    Optional<Double> target = Optional.empty();
    double most = 1;
    String pool = "";
    for (ChannelSlice slice : slices) {
      scores.add(scores(group, slice, statistics));
      Optional<LayerEntry> entry =
          Optional.ofNullable(choices.get(slice.tensor())).flatMap(LayerSelection.Choice::entry);
      Optional<Double> own = entry.flatMap(e -> e.sparsity().or(e::totalSparsity));
      double asked = own.orElse(settings.get(ShrinkSettings.SPARSITY));
      if (own.isPresent() || target.isPresent()) {
        target = Optional.of(Math.min(target.orElse(asked), asked));
      }
      most = Math.min(most, entry.flatMap(LayerEntry::maxSparsityPerLayer).orElse(1.0));
      pool = pool.isEmpty() ? entry.map(LayerEntry::toString).orElse("") : pool;
    }
    int before = Math.max(group.channels(), widths.getOrDefault(ShrinkGroups.key(group), 0));
    return new Candidate(group, scores, target, most, pool, before);
  }

  private float[] scores(ChannelGroup group, ChannelSlice slice, Statistics statistics) {
    Layer layer = layer(slice.tensor());
    ChannelRequest request =
        new ChannelRequest(
            model,
            group,
            layer,
            slice,
            pruner.parameters(),
            statistics,
            calibration.seed("shrink/" + layer.name() + "/" + group.name()));
    float[] scores = NdTensors.values(pruner.call(p -> p.scores(request)));
    if (scores.length != group.channels()) {
      throw pruner.broken(
          "gives %d scores for the %d channels of group '%s'"
              .formatted(scores.length, group.channels(), group.name()));
    }
    for (int i = 0; i < scores.length; i++) {
      if (!Float.isFinite(scores[i])) {
        throw pruner.broken(
            "scores channel %d of group '%s' as %s".formatted(i, group.name(), scores[i]));
      }
      scores[i] += 0.0f;
    }
    return scores;
  }
}
