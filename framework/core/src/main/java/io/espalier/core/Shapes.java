package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Shapes of all values of a graph. */
public final class Shapes {
  private Shapes() {}

  /**
   * Infers the shape of every value: inputs, tensors and node outputs.
   *
   * @param batch extent of every open axis, at least 1
   * @throws EspalierException ({@link FailureCode#MODEL}) that names the node, its operator and
   *     what is wrong; for an operator that Espalier does not compute, it lists those it does
   */
  public static Map<String, Shape> infer(Model model, long batch) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (ValueInfo input : model.graph().inputs()) {
      Place place = new Place("input '" + input.name() + "'");
      shapes.put(input.name(), place.explain(() -> input.shape(batch)));
    }
    for (Tensor tensor : model.tensors().values()) {
      shapes.put(tensor.name(), tensor.shape());
    }
    for (Node node : model.graph().nodes()) {
      inferNode(new ShapeContext(node, model, shapes), shapes);
    }
    return Collections.unmodifiableMap(shapes);
  }

  /**
   * The shapes that follow without a fault: those of values behind an operator that Espalier does
   * not compute are missing.
   *
   * @param batch extent of every open axis, at least 1
   */
  static Map<String, Shape> known(Model model, long batch) {
    Map<String, Shape> shapes = new HashMap<>();
    for (ValueInfo input : model.graph().inputs()) {
      shapes.put(input.name(), input.shape(batch));
    }
    model.tensors().values().forEach(tensor -> shapes.put(tensor.name(), tensor.shape()));
    for (Node node : model.graph().nodes()) {
      boolean known =
          node.inputs().stream().allMatch(input -> input.isEmpty() || shapes.containsKey(input));
      if (known && ShapeRules.knows(node)) {
        try {
          inferNode(new ShapeContext(node, model, shapes), shapes);
        } catch (EspalierException e) {
          node.outputs().forEach(shapes::remove);
        }
      }
    }
    return shapes;
  }

  private static void inferNode(ShapeContext context, Map<String, Shape> shapes) {
    Node node = context.node();
    List<Shape> outputs;
    try {
      outputs = ShapeRules.of(context).infer(context);
    } catch (ArithmeticException e) {
      throw context.place().broken("its extents are too large");
    }
    for (int i = 0; i < node.outputs().size(); i++) {
      String output = node.outputs().get(i);
      if (!output.isEmpty()) {
        if (i >= outputs.size()) {
          throw context.place().broken("output %d ('%s') is not handled".formatted(i, output));
        }
        shapes.put(output, outputs.get(i));
      }
    }
  }
}
