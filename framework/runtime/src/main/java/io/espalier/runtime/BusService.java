package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import java.util.function.Function;

/** Answers requests on the bus; what goes wrong becomes a failed reply. */
final class BusService {
  private final Vertx vertx;

  BusService(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * Answers an address.
   *
   * @param type of the requests; {@code Object} takes any, also none
   * @return completes once the address is answered
   */
  <Q> Future<Void> serve(String address, Class<Q> type, Function<Q, Future<?>> answer) {
    return vertx
        .eventBus()
        .<Object>consumer(address, message -> answer(message, type, answer))
        .completion();
  }

  private static <Q> void answer(
      Message<Object> message, Class<Q> type, Function<Q, Future<?>> answer) {
    Future<?> reply;
    try {
      if (type != Object.class && !type.isInstance(message.body())) {
        throw new EspalierException(
            FailureCode.USAGE, "%s takes a %s".formatted(message.address(), type.getSimpleName()));
      }
      reply = answer.apply(type.cast(message.body()));
    } catch (EspalierException e) {
      reply = Future.failedFuture(e);
    }
    reply.onComplete(message::reply, failure -> FailedReplies.fail(message, failure));
  }
}
