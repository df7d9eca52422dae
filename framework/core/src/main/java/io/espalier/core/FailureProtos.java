package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Failures as protobuf messages: the one form on the bus, in the log and on the command line. */
public final class FailureProtos {
  private static final String PREFIX = "FAILURE_CODE_";

  private FailureProtos() {}

  /**
   * The message of anything thrown. What is no {@link EspalierException} gets the code that fits
   * best: {@link FailureCode#IO}, {@link FailureCode#CANCELLED}, else {@link FailureCode#INTERNAL}.
   *
   * @param stage name of the stage that was on; empty if none was
   */
  public static Failure toProto(Throwable thrown, String stage) {
    Throwable failure = unwrap(thrown);
    return Failure.newBuilder()
        .setCode(io.espalier.proto.FailureCode.valueOf(PREFIX + code(failure)))
        .setMessage(message(failure))
        .setStage(stage)
        .setCause(cause(failure))
        .build();
  }

  /**
   * The exception that a message stands for; an unknown code becomes {@link FailureCode#INTERNAL}.
   */
  public static EspalierException fromProto(Failure proto) {
    for (FailureCode code : FailureCode.values()) {
      if (proto.getCode().name().equals(PREFIX + code)) {
        return new EspalierException(code, proto.getMessage());
      }
    }
    return new EspalierException(FailureCode.INTERNAL, proto.getMessage());
  }

  private static Throwable unwrap(Throwable thrown) {
    Throwable inner = thrown;
    while ((inner instanceof CompletionException || inner instanceof ExecutionException)
        && inner.getCause() != null) {
      inner = inner.getCause();
    }
    return inner;
  }

  private static FailureCode code(Throwable failure) {
    if (failure instanceof EspalierException e) {
      return e.code();
    }
    if (failure instanceof IOException || failure instanceof UncheckedIOException) {
      return FailureCode.IO;
    }
    if (failure instanceof CancellationException || failure instanceof InterruptedException) {
      return FailureCode.CANCELLED;
    }
    return FailureCode.INTERNAL;
  }

  private static String message(Throwable failure) {
    String message = failure.getMessage();
    return failure instanceof EspalierException && message != null ? message : failure.toString();
  }

  /** The innermost cause, in one line; empty if there is none. */
  private static String cause(Throwable failure) {
    @Nullable Throwable cause = failure.getCause();
    for (int depth = 0; cause != null && cause.getCause() != null && depth < 32; depth++) {
      cause = cause.getCause();
    }
    return cause == null ? "" : cause.toString();
  }
}
