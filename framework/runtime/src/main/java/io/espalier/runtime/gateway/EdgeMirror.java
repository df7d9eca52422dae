package io.espalier.runtime.gateway;

import com.google.protobuf.Message;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.ReadEvents;
import io.espalier.proto.RunRef;
import io.espalier.proto.RunSummary;
import io.espalier.runtime.Addresses;
import io.espalier.runtime.FailedReplies;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JSON mirror of the bus that bridges may reach: passes requests on and their answers back, and
 * repeats summaries and, through {@link EdgeFeed}, the events of active runs.
 */
final class EdgeMirror {
  private static final Logger LOG = LoggerFactory.getLogger(EdgeMirror.class);

  private final Vertx vertx;
  private final EventBus eventBus;
  private final BusClient bus;
  private final EdgeFeed feed;

  EdgeMirror(Vertx vertx, BusClient bus) {
    this.vertx = vertx;
    this.eventBus = vertx.eventBus();
    this.bus = bus;
    this.feed = new EdgeFeed(eventBus, bus);
  }

  /** Begins; done when all runs that are active now are followed. */
  Future<Void> start() {
    for (String address :
        List.of(
            Addresses.RUN_GET, Addresses.RUN_PAUSE, Addresses.RUN_RESUME, Addresses.RUN_CANCEL)) {
      mirror(address, json -> ProtoJson.parse(json, RunRef.newBuilder()).build());
    }
    mirror(Addresses.RUN_EVENTS, EdgeMirror::readEvents);
    mirror(Addresses.RUN_LIST, json -> RunRef.getDefaultInstance());
    mirror(Addresses.PLUGIN_LIST, json -> RunRef.getDefaultInstance());
    eventBus.<RunSummary>consumer(Addresses.RUNS, message -> announced(message.body()));
    return bus.runs()
        .onSuccess(list -> list.getRunsList().forEach(feed::onSummary))
        .onFailure(failure -> LOG.debug("no runs to follow yet: {}", failure.getMessage()))
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private void announced(RunSummary summary) {
    eventBus.publish(Addresses.edge(Addresses.RUNS), json(summary));
    feed.onSummary(summary);
  }

  private void mirror(String address, Function<String, Message> request) {
    eventBus.consumer(
        Addresses.edge(address),
        message -> {
          try {
            Message body = request.apply(text(message.body()));
            bus.<Message>request(address, body)
                .compose(answer -> vertx.executeBlocking(() -> json(answer), false))
                .onSuccess(message::reply)
                .onFailure(failure -> FailedReplies.fail(message, failure));
          } catch (EspalierException e) {
            FailedReplies.fail(message, e);
          }
        });
  }

  private static Message readEvents(String json) {
    ReadEvents.Builder request = ProtoJson.parse(json, ReadEvents.newBuilder());
    int limit = request.getLimit();
    return request
        .setLimit(limit > 0 ? Math.min(limit, RunApi.MOST_EVENTS) : RunApi.DEFAULT_EVENTS)
        .build();
  }

  private static String text(@Nullable Object body) {
    if (body == null) {
      return "{}";
    }
    if (body instanceof JsonObject object) {
      return object.encode();
    }
    throw new EspalierException(FailureCode.USAGE, "the body must be a JSON object");
  }

  static JsonObject json(Message message) {
    return new JsonObject(ProtoJson.print(message));
  }
}
