package io.espalier.engine;

import io.espalier.api.Attribute;
import io.espalier.api.Node;

/** ONNX Constant: a tensor that stands in the node. It is never trained. */
final class Constants {
  private Constants() {}

  static void bind(Node node, Binder binder) {
    if (!(node.attributes().get("value") instanceof Attribute.Constant constant)) {
      throw Binder.refuse(node, "only the attribute 'value' is supported");
    }
    binder.define(node.outputs().get(0), constant.value());
  }
}
