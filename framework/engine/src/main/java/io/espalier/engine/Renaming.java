package io.espalier.engine;

import io.espalier.api.DataType;
import io.espalier.api.Node;
import io.espalier.api.Tensor;
import java.util.Optional;

/**
 * ONNX Cast, Flatten, Identity, Reshape, Squeeze and Unsqueeze: the same floats under another name;
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
      throw Binder.refuse(node, "its input is a constant");
    }
  }

  /** A Cast to what is true or not, or to float, as everything is, doubles too. */
  static void bindCast(Node node, Binder binder) {
    long type = node.intAttribute("to", 0);
    if (type == DataType.BOOL.code()) {
      Activation.bind(node, binder);
    } else if (type == DataType.FLOAT.code() || type == DataType.DOUBLE.code()) {
      bind(node, binder);
    } else {
      throw Binder.refuse(
          node,
          "turns numbers that come from the data into %s; only float, bool and double, which is computed as float, can be trained"
              .formatted(DataType.ofCode((int) type)));
    }
  }
}
