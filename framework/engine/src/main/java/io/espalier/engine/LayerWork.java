package io.espalier.engine;

import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.core.Macs;
import io.espalier.core.Shapes;
import java.util.HashMap;
import java.util.Map;

/** How much each node of a model has to compute and to move at the least, for a batch. */
final class LayerWork {
  private static final int PROBE = 1;

  private final Model model;
  private final int batch;
  private final Map<String, Long> macs;
  private final Map<String, Shape> shapes;
  private final Map<String, Node> nodes = new HashMap<>();

  LayerWork(Model model, int batch) {
    this.model = model;
    this.batch = batch;
    macs = Macs.of(model).byNode();
    shapes = Shapes.infer(model, PROBE);
    model.graph().nodes().forEach(node -> nodes.put(node.name(), node));
  }

  /** Additions and multiplications with weights, forward. */
  double flops(String node) {
    return 2.0 * batch * macs.getOrDefault(node, 0L);
  }

  /** Whether a gradient flows on from a node: not from the first of the graph. */
  boolean goesOn(String node) {
    Node own = nodes.get(node);
    return own == null || !own.inputs().contains(model.graph().inputs().get(0).name());
  }

  /** Bytes of what a node reads, without its weights. */
  double inputBytes(String node) {
    Node own = nodes.get(node);
    double bytes = 0;
    if (own != null) {
      for (String input : own.inputs()) {
        bytes += model.tensors().containsKey(input) ? 0 : bytes(input);
      }
    }
    return bytes;
  }

  /** Bytes of what a node writes. */
  double outputBytes(String node) {
    Node own = nodes.get(node);
    return own == null ? 0 : bytes(own.outputs().get(0));
  }

  /** Bytes of a node's weights. */
  double weightBytes(String node) {
    Node own = nodes.get(node);
    double bytes = 0;
    if (own != null) {
      for (String input : own.inputs()) {
        Tensor tensor = model.tensors().get(input);
        bytes += tensor == null ? 0 : (double) Float.BYTES * tensor.size();
      }
    }
    return bytes;
  }

  private double bytes(String value) {
    Shape shape = shapes.get(value);
    return shape == null ? 0 : (double) Float.BYTES * batch * shape.size();
  }
}
