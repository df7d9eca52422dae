package io.espalier.engine;

import io.espalier.api.Node;
import io.espalier.api.Tensor;
import java.util.Optional;

/**
 * ONNX Flatten, Identity, Reshape, Squeeze and Unsqueeze: the same floats under another name;
 * nothing runs.
 */
final class Renaming {
  private Renaming() {}

  static void bind(Node node, Binder binder) {
    String output = node.outputs().get(0);
    Optional<Tensor> constant = binder.constant(node, 0);
    if (constant.isEmpty()) {
      binder.rename(output, binder.value(node, 0));
    } else if (node.type().equals("Identity")) {
      binder.define(output, constant.get());
    } else {
      throw Binder.refuse(node, "its input is a constant; fold it first");
    }
  }
}
