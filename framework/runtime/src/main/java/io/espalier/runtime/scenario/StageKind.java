package io.espalier.runtime.scenario;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** What a stage does, and which extensions it needs for that. */
public enum StageKind {
  /** Trains all weights. */
  TRAIN("train", Role.FINE_TUNER),
  /** Prunes while it trains: the schedule says when and how far. */
  PRUNE("prune", Role.PRUNER, Role.SCHEDULER, Role.FINE_TUNER),
  /** Gives the weights of every prunable layer shared values. */
  CLUSTER("cluster", Role.CLUSTERER),
  /** Trains under the masks and codebooks that the model has. */
  FINE_TUNE("fine-tune", Role.FINE_TUNER),
  /** Measures the model on the test split. */
  EVALUATE("evaluate"),
  /** Writes the model, under the stage's name. */
  EXPORT("export");

  /** The part that an extension plays in a stage; its key in the scenario. */
  public enum Role {
    PRUNER("pruner"),
    SCHEDULER("scheduler"),
    CLUSTERER("clusterer"),
    FINE_TUNER("fineTuner");

    private final String key;

    Role(String key) {
      this.key = key;
    }

    public String key() {
      return key;
    }
  }

  private final String id;
  private final Set<Role> roles;

  StageKind(String id, Role... roles) {
    this.id = id;
    this.roles = Set.of(roles);
  }

  /** The word for it in scenarios, events and bus addresses. */
  public String id() {
    return id;
  }

  /** The extensions that a stage of this kind names: these and no others. */
  public Set<Role> roles() {
    return roles;
  }

  /** The kind with an id. */
  public static Optional<StageKind> of(String id) {
    return Arrays.stream(values()).filter(kind -> kind.id.equals(id)).findFirst();
  }
}
