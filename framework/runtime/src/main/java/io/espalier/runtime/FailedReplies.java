package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.Arrays;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * How a failure crosses the bus as the answer to a request: a {@link ReplyException} whose code is
 * the {@link FailureCode#exitCode()} and whose message is the failure's.
 */
public final class FailedReplies {
  private FailedReplies() {}

  /** Answers a request with a failure. */
  public static void fail(Message<?> request, Throwable failure) {
    EspalierException typed = typed(failure);
    request.fail(typed.code().exitCode(), String.valueOf(typed.getMessage()));
  }

  /** The typed failure behind whatever a request ended with. */
  public static EspalierException typed(Throwable failure) {
    if (failure instanceof EspalierException typed) {
      return typed;
    }
    if (failure instanceof ReplyException reply) {
      return ofReply(reply);
    }
    Throwable cause = failure.getCause();
    if (cause != null
        && (failure instanceof CompletionException || failure instanceof ExecutionException)) {
      return typed(cause);
    }
    return new EspalierException(FailureCode.INTERNAL, failure.toString(), failure);
  }

  private static EspalierException ofReply(ReplyException reply) {
    if (reply.failureType() != ReplyFailure.RECIPIENT_FAILURE) {
      return new EspalierException(
          FailureCode.NETWORK, "no answer on the bus: " + reply.getMessage(), reply);
    }
    FailureCode code =
        Arrays.stream(FailureCode.values())
            .filter(known -> known.exitCode() == reply.failureCode())
            .findFirst()
            .orElse(FailureCode.INTERNAL);
    return new EspalierException(code, String.valueOf(reply.getMessage()), reply);
  }
}
