package io.espalier.core;

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

  /** The unit in which the width of an attention can be cut. */
  public enum Heads {
    /** Whole heads go; the others keep their dimensions. */
    WHOLE,
    /** Every head loses the same dimensions. */
    DIMENSIONS
  }
}
