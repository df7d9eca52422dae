package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Parameter;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which layers a stage works on, as a scenario says it, for every way of pruning and clustering.
 *
 * <p>The entries of {@code layers} are read in order, and a later one overrides an earlier one for
 * the layers that both match. If some entry is not an exclusion, only layers that an entry matches
 * are taken; otherwise all but the excluded ones. An entry or a name that matches nothing is
 * refused: a slip in a name must not leave a layer as it was.
 */
public final class LayerSelection {
  /** What the entries say. */
  public static final Parameter<List<Parameters>> LAYERS =
      Parameter.list(
              "layers",
              "which layers, later entries override earlier ones; all of them by default",
              Parameter.object(
                  "entry", "some layers and what holds for them", LayerEntry.PARAMETERS))
          .or(List.of())
          .alsoNamed("configList");

  /** Further tensors, such as biases. */
  public static final Parameter<List<String>> WEIGHTS =
      Parameter.list(
              "weights",
              "further weight tensors, biases too, by name or glob; pruning biases usually harms accuracy too much",
              Parameter.text("name", "a tensor's name or glob"))
          .or(List.of());

  /** Dense layers only. */
  public static final Parameter<Boolean> PRUNE_DENSE =
      Parameter.bool("pruneDense", "only dense layers (Gemm and MatMul)").or(false);

  /** Depthwise convolutions too. */
  public static final Parameter<Boolean> DEPTHWISE =
      Parameter.bool("depthwise", "depthwise convolutions too, which are left out otherwise")
          .or(false);

  /** Only the first ones. */
  public static final Parameter<Integer> FIRST_LAYERS =
      Parameter.integer("firstLayers", "only so many layers from the input on")
          .atLeast(1)
          .optional();

  /** Only the last ones. */
  public static final Parameter<Integer> LAST_LAYERS =
      Parameter.integer("lastLayers", "only so many layers before the output")
          .atLeast(1)
          .optional();

  /** Without the first ones. */
  public static final Parameter<Integer> EXCLUDE_FIRST =
      Parameter.integer("excludeFirst", "how many layers from the input on stay as they are")
          .or(0)
          .atLeast(0);

  /** Without the last ones. */
  public static final Parameter<Integer> EXCLUDE_LAST =
      Parameter.integer("excludeLast", "how many layers before the output stay as they are")
          .or(0)
          .atLeast(0);

  /** Only what a runtime makes use of. */
  public static final Parameter<String> POLICY =
      Parameter.choice(
              "policy",
              "xnnpack: only what its sparse kernels run faster: convolutions of 1x1, stride 1, without padding",
              "any",
              "xnnpack")
          .or("any");

  /** All of them, for a stage that takes a selection. */
  public static final List<Parameter<?>> PARAMETERS =
      List.of(
          LAYERS,
          WEIGHTS,
          PRUNE_DENSE,
          DEPTHWISE,
          FIRST_LAYERS,
          LAST_LAYERS,
          EXCLUDE_FIRST,
          EXCLUDE_LAST,
          POLICY);

  private final Parameters settings;
  private final List<LayerEntry> entries;

  /**
   * A selection as parameters give it.
   *
   * @param settings with {@link #PARAMETERS}
   * @throws ParameterException if an entry contradicts itself
   */
  public LayerSelection(Parameters settings) {
    this.settings = settings;
    List<LayerEntry> read = new ArrayList<>();
    for (Parameters entry : settings.get(LAYERS)) {
      read.add(new LayerEntry(read.size(), entry));
    }
    this.entries = List.copyOf(read);
  }

  /** All prunable layers of a model. */
  public static LayerSelection all() {
    return new LayerSelection(Parameters.of("selection", PARAMETERS, Map.of()));
  }

  /**
   * What is selected.
   *
   * @param layers in graph order, further weights last
   * @param notes what a user should know, a line each
   */
  public record Selected(List<Choice> layers, List<String> notes) {
    public Selected {
      layers = List.copyOf(layers);
      notes = List.copyOf(notes);
    }
  }

  /**
   * A layer with what the entries say of it.
   *
   * @param entry the last entry that matches it, if one does
   */
  public record Choice(Layer layer, Optional<LayerEntry> entry) {
    /** Its own target, if the entry has one. */
    public Optional<Double> sparsity() {
      return entry.flatMap(LayerEntry::sparsity);
    }
  }

  /**
   * The selected layers of a model.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) if an entry or a name matches nothing, or
   *     nothing is selected
   */
  public Selected select(Model model) {
    List<Layer> candidates = Layers.prunable(model, settings.get(DEPTHWISE));
    List<String> notes = new ArrayList<>();
    Map<Layer, Optional<LayerEntry>> chosen = matched(candidates);
    keepPart(candidates, chosen);
    if (settings.get(PRUNE_DENSE)) {
      chosen.keySet().removeIf(layer -> layer.type().startsWith("Conv"));
    }
    if (settings.get(POLICY).equals("xnnpack")) {
      filter(model, chosen, notes);
    }
    NamedWeights named = new NamedWeights(model, settings.get(WEIGHTS));
    named.layers().forEach(layer -> chosen.put(layer, Optional.empty()));
    notes.addAll(named.notes());
    if (chosen.isEmpty()) {
      throw new EspalierException(
          FailureCode.USAGE,
          "no layer of model '%s' is selected (it has: %s)%s"
              .formatted(model.graph().name(), names(candidates), reason(notes)));
    }
    List<Choice> choices = new ArrayList<>();
    chosen.forEach((layer, entry) -> choices.add(new Choice(layer, entry)));
    return new Selected(choices, notes);
  }

  private Map<Layer, Optional<LayerEntry>> matched(List<Layer> candidates) {
    boolean every = entries.stream().allMatch(LayerEntry::exclude);
    Map<Layer, Optional<LayerEntry>> chosen = new LinkedHashMap<>();
    boolean[] used = new boolean[entries.size()];
    for (Layer layer : candidates) {
      Optional<LayerEntry> last = Optional.empty();
      for (int i = 0; i < used.length; i++) {
        if (entries.get(i).matches(layer)) {
          last = Optional.of(entries.get(i));
          used[i] = true;
        }
      }
      if (last.isPresent() ? !last.get().exclude() : every) {
        chosen.put(layer, last);
      }
    }
    for (int i = 0; i < used.length; i++) {
      if (!used[i]) {
        throw new EspalierException(
            FailureCode.USAGE,
            "%s matches no layer (the model has: %s)".formatted(entries.get(i), names(candidates)));
      }
      entries.get(i).requireEveryName(candidates);
    }
    return chosen;
  }

  private void keepPart(List<Layer> candidates, Map<Layer, Optional<LayerEntry>> chosen) {
    int count = candidates.size();
    int first = settings.find(FIRST_LAYERS).orElse(count);
    int last = settings.find(LAST_LAYERS).orElse(count);
    for (int i = 0; i < count; i++) {
      boolean part = i < first && i >= count - last;
      boolean excluded = i < settings.get(EXCLUDE_FIRST) || i >= count - settings.get(EXCLUDE_LAST);
      if (!part || excluded) {
        chosen.remove(candidates.get(i));
      }
    }
  }

  private static void filter(
      Model model, Map<Layer, Optional<LayerEntry>> chosen, List<String> notes) {
    XnnpackPolicy policy = new XnnpackPolicy(model);
    for (Layer layer : List.copyOf(chosen.keySet())) {
      policy
          .objection(layer)
          .ifPresent(
              why -> {
                chosen.remove(layer);
                notes.add(
                    "%s (%s %s) stays dense: %s"
                        .formatted(layer.name(), layer.type(), layer.shape(), why));
              });
    }
    notes.addAll(policy.conditions());
  }

  private static String reason(List<String> notes) {
    return notes.isEmpty() ? "" : ": " + String.join("; ", notes);
  }

  static String names(List<Layer> layers) {
    return layers.isEmpty() ? "none" : String.join(", ", layers.stream().map(Layer::name).toList());
  }
}
