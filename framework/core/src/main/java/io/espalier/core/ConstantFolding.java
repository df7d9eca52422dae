package io.espalier.core;

import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Computes nodes whose inputs are known before any data comes: what exporters write around Reshape,
 * Resize and Expand. Shape and Size need to know no more than a shape.
 */
final class ConstantFolding {
  private static final Set<String> OF_SHAPES = Set.of("Shape", "Size");
  private static final Map<String, Rule> RULES = new TreeMap<>();

  static {
    FoldedMoves.register(RULES);
    FoldedNumbers.register(RULES);
    FoldedReductions.register(RULES);
  }

  private ConstantFolding() {}

  /** The operators that there are rules for, by name. */
  static Set<String> operators() {
    return Collections.unmodifiableSet(RULES.keySet());
  }

  /** How the outputs of an operator follow from known inputs. */
  @FunctionalInterface
  interface Rule {
    /**
     * @param outputs shapes of the outputs
     * @return the outputs, under any name; fewer or none where the node cannot be folded
     */
    List<Tensor> fold(ShapeContext context, List<Shape> outputs);
  }

  /** The outputs of a node, as far as they are known. */
  static List<Tensor> fold(ShapeContext context, List<Shape> outputs) {
    String type = context.node().type();
    Rule rule = RULES.get(type);
    if (rule == null) {
      return List.of();
    }
    if (!OF_SHAPES.contains(type)) {
      for (int i = 0; i < context.node().inputs().size(); i++) {
        if (context.has(i) && context.known(i).isEmpty()) {
          return List.of();
        }
      }
    }
    return rule.fold(context, outputs);
  }

  /** An input that is known, as all are that a rule is asked about. */
  static Tensor input(ShapeContext context, int input) {
    return context
        .known(input)
        .orElseThrow(() -> context.broken("input %d is missing".formatted(input)));
  }
}
