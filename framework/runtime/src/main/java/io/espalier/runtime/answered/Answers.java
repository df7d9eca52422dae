package io.espalier.runtime.answered;

import io.espalier.api.Description;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Parameter;
import io.espalier.api.Parameters;
import io.espalier.proto.ExtensionAnswer;
import io.espalier.proto.ExtensionCall;
import io.espalier.runtime.Addresses;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Asks one extension over the bus and waits for the answer. A question that nobody answers is asked
 * again, since an answer depends on nothing but the question; then it fails. Not for event loops.
 */
final class Answers {
  private static final Parameter<String> ARGUMENTS =
      Parameter.text("arguments", "passed on to the program that answers, as it is").or("");

  private static final Parameter<Double> TIMEOUT =
      Parameter.number("timeout", "how long an answer is waited for")
          .or(60.0)
          .atLeast(0.1)
          .atMost(86_400)
          .in("s");

  private static final Parameter<Integer> ATTEMPTS =
      Parameter.integer("attempts", "how often a question is asked if no answer comes")
          .or(3)
          .atLeast(1)
          .atMost(100);

  private static final long WAIT_MILLIS = 1_000;

  private final EventBus bus;
  private final String place;
  private final String address;
  private final Parameters parameters;

  Answers(EventBus bus, String kind, String id, Parameters parameters) {
    this.bus = bus;
    this.place = "extension.%s.%s".formatted(kind, id);
    this.address = Addresses.extension(kind, id);
    this.parameters = parameters;
  }

  static Description description(String kind, String id) {
    return Description.of(
        id,
        "Answered over the bus at extension.%s.%s.".formatted(kind, id),
        ARGUMENTS,
        TIMEOUT,
        ATTEMPTS);
  }

  /** Questions and answers that belong together. */
  interface Conversation<T> {
    /**
     * Asks and waits.
     *
     * @throws Unanswered if no answer comes
     */
    T hold(Talk talk) throws Unanswered;
  }

  /** Asks one question of a conversation. */
  interface Talk {
    /** The answer to a question, which is given its call's name here. */
    ExtensionAnswer ask(ExtensionCall.Builder question) throws Unanswered;
  }

  /** Nobody is there, or who is there does not answer in time. */
  static final class Unanswered extends Exception {
    private static final long serialVersionUID = 1;

    Unanswered(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Holds a conversation, again from its beginning if an answer does not come.
   *
   * @throws EspalierException ({@link FailureCode#PLUGIN}) that names the extension, the client and
   *     what to do
   */
  <T> T hold(Conversation<T> conversation) {
    int attempts = parameters.get(ATTEMPTS);
    for (int attempt = 1; ; attempt++) {
      String call = UUID.randomUUID().toString();
      try {
        return conversation.hold(question -> ask(question.setCall(call)));
      } catch (Unanswered e) {
        if (attempt == attempts) {
          throw new EspalierException(
              FailureCode.PLUGIN,
              "%s: %s (asked %d times); start the program that answers it and resume the run"
                  .formatted(place, e.getMessage(), attempts),
              e);
        }
        pause();
      }
    }
  }

  private ExtensionAnswer ask(ExtensionCall.Builder question) throws Unanswered {
    long millis = Math.round(1e3 * parameters.get(TIMEOUT));
    question.setArguments(parameters.get(ARGUMENTS)).setTimeoutMillis((int) millis);
    ExtensionAnswer answer;
    try {
      answer =
          bus.<ExtensionAnswer>request(
                  address, question.build(), new DeliveryOptions().setSendTimeout(millis))
              .toCompletionStage()
              .toCompletableFuture()
              .get()
              .body();
    } catch (ExecutionException e) {
      throw unanswered(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EspalierException(FailureCode.CANCELLED, "interrupted while " + place + " answers");
    }
    if (!answer.getFailure().isEmpty()) {
      throw wrong(answer, "fails: " + answer.getFailure());
    }
    return answer;
  }

  private Unanswered unanswered(Throwable failure) {
    if (failure instanceof ReplyException reply
        && reply.failureType() != ReplyFailure.RECIPIENT_FAILURE) {
      return new Unanswered(
          reply.failureType() == ReplyFailure.NO_HANDLERS
              ? "no client answers it"
              : "no answer within %s s".formatted(parameters.get(TIMEOUT)),
          failure);
    }
    return new Unanswered(String.valueOf(failure.getMessage()), failure);
  }

  /** The failure of an answer that cannot be used. */
  EspalierException wrong(ExtensionAnswer answer, String problem) {
    String client = answer.getClient().isEmpty() ? "who answers" : "client " + answer.getClient();
    return new EspalierException(FailureCode.PLUGIN, "%s: %s %s".formatted(place, client, problem));
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(WAIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EspalierException(FailureCode.CANCELLED, "interrupted while " + place + " answers");
    }
  }
}
