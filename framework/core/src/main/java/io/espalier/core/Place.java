package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.util.function.Supplier;

/**
 * Where something stands, for messages: a file or message, then the tensor, node or field in it.
 *
 * @param text such as {@code model.onnx: tensor 'conv.weight'}
 */
record Place(String text) {
  /** A place inside this one. */
  Place in(String inner) {
    return new Place(text + ": " + inner);
  }

  /** A {@link FailureCode#MODEL} failure that names this place. */
  EspalierException broken(String problem) {
    return new EspalierException(FailureCode.MODEL, text + ": " + problem);
  }

  /** Does some work; a model failure in it is told with this place in front. */
  <T> T explain(Supplier<T> work) {
    try {
      return work.get();
    } catch (EspalierException e) {
      if (e.code() != FailureCode.MODEL) {
        throw e;
      }
      throw new EspalierException(FailureCode.MODEL, text + ": " + e.getMessage(), e);
    }
  }
}
