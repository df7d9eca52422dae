package io.espalier.runtime.measure;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;

/** Whether ONNX Runtime takes a model. */
public final class LoadCheck {
  private LoadCheck() {}

  /**
   * Loads a model and lets it go.
   *
   * @param source what to call it in the message
   * @throws EspalierException ({@link FailureCode#VERIFICATION}) if it does not load
   */
  public static void requireLoads(byte[] onnx, String source) {
    try (OnnxSession session = OnnxSession.open(onnx, source, 1)) {
      session.inputShape();
    } catch (EspalierException e) {
      throw new EspalierException(
          FailureCode.VERIFICATION, source + " does not load: " + e.getMessage(), e);
    }
  }
}
