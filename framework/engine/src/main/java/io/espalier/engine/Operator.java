package io.espalier.engine;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Node;

/** An operator of ONNX that the engine can train. */
interface Operator {
  /**
   * Adds what a node computes to a plan: an operation, or only another name for a value.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) if the engine has the operator but not in
   *     this form
   */
  void bind(Node node, Binder binder);
}
