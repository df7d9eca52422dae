package io.espalier.api;

import org.jspecify.annotations.Nullable;

/** The one exception of Espalier: a typed failure whose message tells the user what to do. */
public class EspalierException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final FailureCode code;

  public EspalierException(FailureCode code, String message) {
    this(code, message, null);
  }

  public EspalierException(FailureCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public FailureCode code() {
    return code;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
