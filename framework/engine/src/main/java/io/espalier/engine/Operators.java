package io.espalier.engine;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Node;
import java.util.Map;
import java.util.TreeMap;

/** The operators that the engine can train, by name, all of ONNX's own domain. */
final class Operators {
  private static final Map<String, Operator> ALL =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("Add", Addition::bind),
              Map.entry("AveragePool", AveragePooling::bind),
              Map.entry("BatchNormalization", BatchNormalization::bind),
              Map.entry("Conv", Convolution::bind),
              Map.entry("Dropout", Dropout::bind),
              Map.entry("Flatten", Renaming::bind),
              Map.entry("Gemm", Dense::bindGemm),
              Map.entry("GlobalAveragePool", AveragePooling::bindGlobal),
              Map.entry("Identity", Renaming::bind),
              Map.entry("MatMul", Dense::bindMatMul),
              Map.entry("MaxPool", MaxPooling::bind),
              Map.entry("Relu", Rectifier::bind),
              Map.entry("Reshape", Renaming::bind)));

  private Operators() {}

  /**
   * The operator of a node.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) that names the node, its operator and
   *     those there are
   */
  static Operator of(Node node) {
    Operator operator = node.domain().isEmpty() ? ALL.get(node.type()) : null;
    if (operator == null) {
      throw new EspalierException(
          FailureCode.MODEL,
          "node '%s': cannot train operator %s (can train: %s)"
              .formatted(
                  node.name(),
                  node.domain().isEmpty() ? node.type() : node.domain() + "." + node.type(),
                  String.join(", ", ALL.keySet())));
    }
    return operator;
  }
}
