package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Node;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What is asked of an analysis of channel groups.
 *
 * @param heads what multi-head attention loses
 * @param keptInputs names of layers whose input channels all stay
 * @param keptOutputs names of layers whose output channels all stay
 */
public record GroupOptions(Heads heads, Set<String> keptInputs, Set<String> keptOutputs) {
  /** Whole heads of an attention, nothing protected but the graph's own outputs. */
  public static final GroupOptions DEFAULT = new GroupOptions(Heads.WHOLE, Set.of(), Set.of());

  public GroupOptions {
    keptInputs = Set.copyOf(keptInputs);
    keptOutputs = Set.copyOf(keptOutputs);
  }

  /**
   * Names of the nodes that some globs match, to be protected.
   *
   * @param option that the globs were given to, for messages
   * @throws EspalierException ({@link FailureCode#USAGE}) for a glob that matches none
   */
  public static Set<String> named(Model model, String option, Collection<String> globs) {
    Set<String> names = new HashSet<>();
    for (String glob : globs) {
      List<String> matched =
          model.graph().nodes().stream()
              .map(Node::name)
              .filter(name -> Globs.matches(glob, name))
              .toList();
      if (matched.isEmpty()) {
        throw new EspalierException(
            FailureCode.USAGE,
            "%s: \"%s\" matches no layer of model '%s'"
                .formatted(option, glob, model.graph().name()));
      }
      names.addAll(matched);
    }
    return names;
  }

  /** The unit in which the width of an attention can be cut. */
  public enum Heads {
    /** Whole heads go; the others keep their dimensions. */
    WHOLE,
    /** Every head loses the same dimensions. */
    DIMENSIONS
  }
}
