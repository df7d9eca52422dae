package io.espalier.core;

import io.espalier.api.Shape;
import java.util.List;
import java.util.Map;

/** Shapes of operators that compute each element by itself, and of normalisations. */
final class ElementShapes {
  private static final List<String> UNARY =
      List.of(
          "Abs",
          "Acos",
          "Acosh",
          "Asin",
          "Asinh",
          "Atan",
          "Atanh",
          "Celu",
          "Cos",
          "Cosh",
          "Elu",
          "Erf",
          "Exp",
          "Gelu",
          "HardSigmoid",
          "HardSwish",
          "LRN",
          "Log",
          "Mish",
          "Neg",
          "Reciprocal",
          "Selu",
          "Shrink",
          "Sign",
          "Sin",
          "Sinh",
          "Softplus",
          "Softsign",
          "Sqrt",
          "Tan",
          "ThresholdedRelu");

  private ElementShapes() {}

  static void register(Map<String, ShapeRule> rules) {
    UNARY.forEach(name -> rules.put(name, context -> List.of(context.input(0))));
    rules.put("PRelu", ElementShapes::slope);
    rules.put("Pow", ElementShapes::broadcastAll);
    rules.put("Min", ElementShapes::broadcastAll);
    rules.put("Max", ElementShapes::broadcastAll);
    rules.put("Mean", ElementShapes::broadcastAll);
    rules.put("Sum", ElementShapes::broadcastAll);
    rules.put("LayerNormalization", ElementShapes::layerNormalization);
    rules.put("InstanceNormalization", ElementShapes::instanceNormalization);
    rules.put("GroupNormalization", ElementShapes::groupNormalization);
  }

  static List<Shape> broadcastAll(ShapeContext context) {
    Shape shape = context.input(0);
    for (int i = 1; i < context.node().inputs().size(); i++) {
      shape = ShapeRules.broadcast(context, shape, context.input(i));
    }
    return List.of(shape);
  }

  private static List<Shape> slope(ShapeContext context) {
    requireFit(context, 1, context.input(0));
    return List.of(context.input(0));
  }

  private static List<Shape> layerNormalization(ShapeContext context) {
    Shape input = context.input(0);
    int axis = context.axis(context.node().intAttribute("axis", -1), input.rank());
    Shape normalised = new Shape(input.dims().subList(axis, input.rank()));
    requireFit(context, 1, normalised);
    if (context.has(2)) {
      requireFit(context, 2, normalised);
    }
    long[] statistics = input.toArray();
    for (int i = axis; i < statistics.length; i++) {
      statistics[i] = 1;
    }
    return List.of(input, Shape.of(statistics), Shape.of(statistics));
  }

  private static List<Shape> instanceNormalization(ShapeContext context) {
    Shape input = context.input(0, 3, Integer.MAX_VALUE);
    requireCount(context, 1, input.dim(1));
    requireCount(context, 2, input.dim(1));
    return List.of(input);
  }

  private static List<Shape> groupNormalization(ShapeContext context) {
    Shape input = context.input(0, 3, Integer.MAX_VALUE);
    long groups = context.node().intAttribute("num_groups", 0);
    if (groups < 1 || input.dim(1) % groups != 0) {
      throw context.broken("%d channels cannot form %d groups".formatted(input.dim(1), groups));
    }
    long scales = context.opset() < 21 ? groups : input.dim(1);
    requireCount(context, 1, scales);
    requireCount(context, 2, scales);
    return List.of(input);
  }

  /** An input must broadcast to a shape without changing it. */
  private static void requireFit(ShapeContext context, int input, Shape shape) {
    Shape given = context.input(input);
    if (!ShapeRules.broadcast(context, given, shape).equals(shape)) {
      throw context.broken(
          "input '%s' is %s, which cannot be broadcast to %s"
              .formatted(context.node().inputs().get(input), given, shape));
    }
  }

  private static void requireCount(ShapeContext context, int input, long count) {
    Shape given = context.input(input);
    if (!given.equals(Shape.of(count))) {
      throw context.broken(
          "input '%s' is %s, needs %d numbers"
              .formatted(context.node().inputs().get(input), given, count));
    }
  }
}
