package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Multiply-accumulates of one sample, after Sze, Chen, Yang and Emer, "Efficient processing of deep
 * neural networks" (2017), section III: each output of a layer takes one for each weight that it
 * sees. Conv (depthwise ones too), Gemm and MatMul are counted, zeros among the weights included;
 * biases, normalisations, activations, poolings and sums are not. Tools that count those as well
 * give a little more.
 *
 * @param byNode of each counted node by its name, in graph order
 */
public record Macs(Map<String, Long> byNode) {
  public Macs {
    byNode = Collections.unmodifiableMap(new LinkedHashMap<>(byNode));
  }

  /**
   * Counts a model.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) if its shapes cannot be inferred or it
   *     takes more than {@link Long#MAX_VALUE}
   */
  public static Macs of(Model model) {
    Map<String, Shape> shapes = Shapes.infer(model, 1);
    Map<String, Long> counts = new LinkedHashMap<>();
    for (Node node : model.graph().nodes()) {
      try {
        count(node, shapes).ifPresent(count -> counts.put(node.name(), count));
      } catch (ArithmeticException e) {
        throw new Place("node '%s' (%s)".formatted(node.name(), node.type()))
            .broken("takes too many multiply-accumulates to count");
      }
    }
    return new Macs(counts);
  }

  /** Of one node; nothing where none are counted. */
  public Optional<Long> of(String node) {
    return Optional.ofNullable(byNode.get(node));
  }

  /** Of all nodes together. */
  public long total() {
    return byNode.values().stream().mapToLong(Long::longValue).sum();
  }

  private static Optional<Long> count(Node node, Map<String, Shape> shapes) {
    return switch (node.type()) {
      case "Conv" -> {
        Shape weight = shape(shapes, node.inputs().get(1));
        yield Optional.of(perOutput(node, shapes, weight.size() / Math.max(1, weight.dim(0))));
      }
      case "Gemm" -> {
        Shape left = shape(shapes, node.inputs().get(0));
        int inner = node.intAttribute("transA", 0) == 0 ? 1 : 0;
        yield Optional.of(perOutput(node, shapes, left.dim(inner)));
      }
      case "MatMul" -> {
        Shape left = shape(shapes, node.inputs().get(0));
        yield Optional.of(perOutput(node, shapes, left.dim(left.rank() - 1)));
      }
      default -> Optional.empty();
    };
  }

  private static long perOutput(Node node, Map<String, Shape> shapes, long each) {
    return Math.multiplyExact(shape(shapes, node.outputs().get(0)).size(), each);
  }

  private static Shape shape(Map<String, Shape> shapes, String value) {
    return Optional.ofNullable(shapes.get(value)).orElseThrow();
  }
}
