package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is known of the values of a graph before any data comes: the shapes of all, and the elements
 * of those that follow from tensors and shapes alone, such as the target of a Reshape that an
 * exporter computes with Shape, Gather and Concat.
 *
 * @param shapes of inputs, tensors and node outputs
 * @param constants node outputs whose elements are known, in graph order
 */
public record Inference(Map<String, Shape> shapes, Map<String, Tensor> constants) {
  private static final ShapeContext.Samples NONE = new ShapeContext.Samples(0, 0);

  public Inference {
    shapes = Collections.unmodifiableMap(new LinkedHashMap<>(shapes));
    constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
  }

  /**
   * Infers a model.
   *
   * @param batch extent of every open axis, at least 1
   * @throws EspalierException ({@link FailureCode#MODEL}) that names the node, its operator and
   *     what is wrong; for an operator that Espalier does not compute, it lists those it does
   */
  public static Inference of(Model model, long batch) {
    return of(model, batch, NONE);
  }

  /**
   * Infers a model for a number of samples, whatever its file says of that number.
   *
   * @param batch extent of every open axis, at least 1
   * @param written extent that the file's constants have for the samples' axis, such as the 1 of an
   *     export without an open batch: where the target of a Reshape or Resize or a part of a Concat
   *     begins with it, {@code batch} is meant
   * @throws EspalierException as {@link #of(Model, long)}
   */
  public static Inference of(Model model, long batch, long written) {
    return of(model, batch, new ShapeContext.Samples(written, batch));
  }

  private static Inference of(Model model, long batch, ShapeContext.Samples samples) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (ValueInfo input : model.graph().inputs()) {
      Place place = new Place("input '" + input.name() + "'");
      shapes.put(input.name(), place.explain(() -> input.shape(batch)));
    }
    for (Tensor tensor : model.tensors().values()) {
      shapes.put(tensor.name(), tensor.shape());
    }
    Map<String, Tensor> constants = new LinkedHashMap<>();
    for (Node node : model.graph().nodes()) {
      infer(new ShapeContext(node, model, shapes, constants, samples));
    }
    return new Inference(shapes, constants);
  }

  /**
   * What follows without a fault: what lies behind an operator that Espalier does not compute is
   * missing.
   *
   * @param batch extent of every open axis, at least 1
   */
  static Inference possible(Model model, long batch) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (ValueInfo input : model.graph().inputs()) {
      shapes.put(input.name(), input.shape(batch));
    }
    model.tensors().values().forEach(tensor -> shapes.put(tensor.name(), tensor.shape()));
    Map<String, Tensor> constants = new LinkedHashMap<>();
    for (Node node : model.graph().nodes()) {
      boolean known =
          node.inputs().stream().allMatch(input -> input.isEmpty() || shapes.containsKey(input));
      if (known && ShapeRules.knows(node)) {
        try {
          infer(new ShapeContext(node, model, shapes, constants, NONE));
        } catch (EspalierException e) {
          node.outputs().forEach(shapes::remove);
        }
      }
    }
    return new Inference(shapes, constants);
  }

  /** Whether a node is computed beforehand where its inputs are known. */
  public static boolean folds(Node node) {
    return node.domain().isEmpty() && ConstantFolding.operators().contains(node.type());
  }

  /** The operators that are computed beforehand where their inputs are known, by name. */
  public static Set<String> folded() {
    return ConstantFolding.operators();
  }

  private static void infer(ShapeContext context) {
    List<Shape> outputs;
    List<Tensor> known;
    try {
      outputs = ShapeRules.of(context).infer(context);
      known = ConstantFolding.fold(context, outputs);
    } catch (ArithmeticException e) {
      throw context.place().broken("its extents are too large");
    }
    List<String> names = context.node().outputs();
    for (int i = 0; i < names.size(); i++) {
      String output = names.get(i);
      if (!output.isEmpty()) {
        if (i >= outputs.size()) {
          throw context.place().broken("output %d ('%s') is not handled".formatted(i, output));
        }
        context.shapes().put(output, outputs.get(i));
        if (i < known.size()) {
          context.constants().put(output, known.get(i).named(output));
        }
      }
    }
  }
}
