package io.espalier.runtime.scenario;

import io.espalier.api.Parameter;
import io.espalier.api.Parameters;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a stage does, and which extensions it needs for that. */
public enum StageKind {
  /** Trains all weights. */
  TRAIN("train", Set.of(Role.FINE_TUNER)),
  /**
   * Prunes: while it trains, where a schedule says when and how far; at once, without a fine-tuner;
   * or in rounds of pruning and training.
   */
  PRUNE(
      "prune",
      Set.of(Role.PRUNER),
      Set.of(Role.SCHEDULER, Role.FINE_TUNER),
      PruneSettings.PARAMETERS),
  /** Takes channels out of the model; a fine-tuner gives gradients, and trains after rounds. */
  SHRINK("shrink", Set.of(Role.CHANNEL_PRUNER), Set.of(Role.FINE_TUNER), ShrinkSettings.PARAMETERS),
  /** Gives the weights of layers shared values; a fine-tuner gives gradients. */
  CLUSTER("cluster", Set.of(Role.CLUSTERER), Set.of(Role.FINE_TUNER), ClusterSettings.PARAMETERS),
  /** Trains under the masks and codebooks that the model has. */
  FINE_TUNE("fine-tune", Set.of(Role.FINE_TUNER)),
  /**
   * Turns weights and activations into int8, with the ranges of activations on training samples.
   * Nothing but measuring and writing comes after it.
   */
  QUANTISE("quantise", Set.of(), Set.of(), QuantiseSettings.PARAMETERS),
  /** Measures the model on the test split. */
  EVALUATE("evaluate", Set.of()),
  /** Writes the model, under the stage's name: as dense ONNX, or as an exporter does. */
  EXPORT("export", Set.of(), Set.of(Role.EXPORTER), List.of());

  /** The part that an extension plays in a stage; its key in the scenario. */
  public enum Role {
    PRUNER("pruner"),
    CHANNEL_PRUNER("channelPruner", "prunerType"),
    SCHEDULER("scheduler"),
    CLUSTERER("clusterer"),
    FINE_TUNER("fineTuner"),
    EXPORTER("exporter");

    private final String key;
    private final List<String> otherKeys;

    Role(String key, String... otherKeys) {
      this.key = key;
      this.otherKeys = List.of(otherKeys);
    }

    public String key() {
      return key;
    }

    /** Whether a key of a scenario means this role: its own or another tool's, in either case. */
    public boolean isKey(String given) {
      String name = Parameters.camelCase(given);
      return name.equals(key) || otherKeys.contains(name);
    }
  }

  private final String id;
  private final Set<Role> roles;
  private final Set<Role> optionalRoles;
  private final List<Parameter<?>> settings;

  StageKind(String id, Set<Role> roles) {
    this(id, roles, Set.of(), List.of());
  }

  StageKind(String id, Set<Role> roles, Set<Role> optionalRoles, List<Parameter<?>> settings) {
    this.id = id;
    this.roles = roles;
    this.optionalRoles = optionalRoles;
    this.settings = settings;
  }

  /** The word for it in scenarios, events and bus addresses. */
  public String id() {
    return id;
  }

  /** The extensions that a stage of this kind must name. */
  public Set<Role> roles() {
    return roles;
  }

  /** The extensions that it may name besides. */
  public Set<Role> optionalRoles() {
    return optionalRoles;
  }

  /** What else can be set of a stage of this kind, beside its name. */
  public List<Parameter<?>> settings() {
    return settings;
  }

  /** The kind with an id. */
  public static Optional<StageKind> of(String id) {
    return Arrays.stream(values()).filter(kind -> kind.id.equals(id)).findFirst();
  }
}
