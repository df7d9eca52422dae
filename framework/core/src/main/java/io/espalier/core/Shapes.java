package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Shape;
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
    return Inference.of(model, batch).shapes();
  }

  /**
   * The shapes that follow without a fault: those of values behind an operator that Espalier does
   * not compute are missing.
   *
   * @param batch extent of every open axis, at least 1
   */
  static Map<String, Shape> known(Model model, long batch) {
    return Inference.possible(model, batch).shapes();
  }
}
