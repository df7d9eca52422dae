package io.espalier.core;

import io.espalier.api.Node;
import io.espalier.api.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The operators whose shapes are known: one rule each. */
final class ShapeRules {
  private static final Map<String, ShapeRule> RULES = new TreeMap<>();

  static {
    for (String unary :
        List.of(
            "Relu", "LeakyRelu", "Clip", "Sigmoid", "Tanh", "Softmax", "LogSoftmax", "Identity")) {
      RULES.put(unary, ShapeRules::same);
    }
    for (String binary : List.of("Add", "Sub", "Mul", "Div")) {
      RULES.put(binary, ShapeRules::broadcast);
    }
    RULES.put("Dropout", ShapeRules::dropout);
    RULES.put("BatchNormalization", ShapeRules::batchNormalization);
    RULES.put("Conv", WindowShapes::convolution);
    RULES.put("MaxPool", WindowShapes::maxPool);
    RULES.put("AveragePool", WindowShapes::averagePool);
    RULES.put("GlobalAveragePool", WindowShapes::globalPool);
    RULES.put("Flatten", ShapeRules::flatten);
    RULES.put("Reshape", ShapeRules::reshape);
    RULES.put("Gemm", ProductShapes::gemm);
    RULES.put("MatMul", ProductShapes::matMul);
    ElementShapes.register(RULES);
    ReductionShapes.register(RULES);
    ArrangementShapes.register(RULES);
    IndexShapes.register(RULES);
    ResizeShapes.register(RULES);
    RULES.put("ConvTranspose", TransposedShapes::convolution);
  }

  private ShapeRules() {}

  static ShapeRule of(ShapeContext context) {
    ShapeRule rule = RULES.get(context.node().type());
    if (rule == null || !context.node().domain().isEmpty()) {
      String domain = context.node().domain();
      throw context.broken(
          "Espalier does not compute this operator%s (it computes: %s)"
              .formatted(
                  domain.isEmpty() ? "" : " of domain '" + domain + "'",
                  String.join(", ", RULES.keySet())));
    }
    return rule;
  }

  /** Whether there is a rule for a node's operator. */
  static boolean knows(Node node) {
    return node.domain().isEmpty() && RULES.containsKey(node.type());
  }

  private static List<Shape> same(ShapeContext context) {
    return List.of(context.input(0));
  }

  private static List<Shape> dropout(ShapeContext context) {
    return List.of(context.input(0), context.input(0));
  }

  private static List<Shape> broadcast(ShapeContext context) {
    return List.of(broadcast(context, context.input(0), context.input(1)));
  }

  /** The common shape after ONNX's multidirectional broadcasting. */
  static Shape broadcast(ShapeContext context, Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    List<Long> dims = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      long left = dimFromEnd(a, rank - axis);
      long right = dimFromEnd(b, rank - axis);
      if (left != right && left != 1 && right != 1) {
        throw context.broken("its inputs %s and %s cannot be broadcast".formatted(a, b));
      }
      dims.add(left == 1 ? right : left);
    }
    return new Shape(dims);
  }

  private static long dimFromEnd(Shape shape, int fromEnd) {
    return fromEnd > shape.rank() ? 1 : shape.dim(shape.rank() - fromEnd);
  }

  private static List<Shape> batchNormalization(ShapeContext context) {
    Shape input = context.input(0, 2, Integer.MAX_VALUE);
    boolean spatial = context.node().intAttribute("spatial", 1) != 0;
    Shape channels =
        spatial ? Shape.of(input.dim(1)) : new Shape(input.dims().subList(1, input.rank()));
    for (int i = 1; i < 5; i++) {
      if (!context.input(i).equals(channels)) {
        throw context.broken(
            "input '%s' is %s, but there are %s %s"
                .formatted(
                    context.node().inputs().get(i),
                    context.input(i),
                    channels,
                    spatial ? "channels" : "elements that are normalised by themselves"));
      }
    }
    return List.of(input, channels, channels, channels, channels);
  }

  private static List<Shape> flatten(ShapeContext context) {
    Shape input = context.input(0);
    long axis = context.node().intAttribute("axis", 1);
    long split = axis < 0 ? axis + input.rank() : axis;
    if (split < 0 || split > input.rank()) {
      throw context.broken("axis %d is not one of input %s".formatted(axis, input));
    }
    return List.of(
        Shape.of(
            product(input.dims().subList(0, (int) split)),
            product(input.dims().subList((int) split, input.rank()))));
  }

  private static long product(List<Long> dims) {
    return dims.stream().reduce(1L, Math::multiplyExact);
  }

  private static List<Shape> reshape(ShapeContext context) {
    Shape input = context.input(0);
    long[] wanted = context.constant(1);
    boolean zeroIsZero = context.node().intAttribute("allowzero", 0) != 0;
    int open = -1;
    long known = 1;
    long[] dims = wanted.clone();
    if (dims.length > 0 && dims[0] > 0) {
      dims[0] = context.rows(dims[0], 0);
    }
    for (int axis = 0; axis < dims.length; axis++) {
      if (dims[axis] == 0 && !zeroIsZero && axis < input.rank()) {
        dims[axis] = input.dim(axis);
      }
      if (dims[axis] == -1 && open < 0) {
        open = axis;
      } else if (dims[axis] < 0) {
        throw context.broken("shape %s is not allowed".formatted(Arrays.toString(wanted)));
      } else {
        known = Math.multiplyExact(known, dims[axis]);
      }
    }
    if (open >= 0 && known > 0) {
      dims[open] = input.size() / known;
      known *= dims[open];
    }
    if (known != input.size() || (open >= 0 && dims[open] < 0)) {
      throw context.broken(
          "input %s does not fit into shape %s; if that shape fixes the number of samples, export the model with an open batch"
              .formatted(input, Arrays.toString(wanted)));
    }
    return List.of(Shape.of(dims));
  }
}
