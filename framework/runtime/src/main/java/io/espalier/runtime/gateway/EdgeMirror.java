package io.espalier.runtime.gateway;

import com.google.protobuf.Message;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.PluginList;
import io.espalier.proto.RunRef;
import io.espalier.proto.RunSummary;
import io.espalier.runtime.Addresses;
import io.espalier.runtime.FailedReplies;
import io.espalier.runtime.Operation;
import io.espalier.runtime.Operations;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
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
  private final GatewayMetrics metrics;

  /**
   * @param flow knows where clients listen
   */
  EdgeMirror(Vertx vertx, BusClient bus, Pulse pulse, BridgeFlow flow, GatewayMetrics metrics) {
    this.vertx = vertx;
    this.eventBus = vertx.eventBus();
    this.bus = bus;
    this.metrics = metrics;
    this.feed = new EdgeFeed(eventBus, bus, pulse, flow::listens, metrics);
  }

  /** Begins; done when all runs that are active now are followed. */
  Future<Void> start() {
    Operations.ALL.forEach(this::mirror);
    eventBus.<RunRef>consumer(
        Addresses.RUNS_DELETED,
        message -> {
          metrics.deleted(message.body().getRun());
          eventBus.publish(Addresses.edge(Addresses.RUNS_DELETED), json(message.body()));
        });
    eventBus.<PluginList>consumer(
        Addresses.PLUGINS,
        message -> eventBus.publish(Addresses.edge(Addresses.PLUGINS), json(message.body())));
    eventBus.<RunSummary>consumer(Addresses.RUNS, message -> announced(message.body()));
    return bus.runs()
        .onSuccess(list -> list.getRunsList().forEach(this::follow))
        .onFailure(failure -> LOG.debug("no runs to follow yet: {}", failure.getMessage()))
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private void announced(RunSummary summary) {
    eventBus.publish(Addresses.edge(Addresses.RUNS), json(summary));
    follow(summary);
  }

  private void follow(RunSummary summary) {
    metrics.heard(summary);
    feed.onSummary(summary);
  }

  private void mirror(Operation operation) {
    eventBus.consumer(
        Addresses.edge(operation.address()),
        message -> {
          try {
            Message body = ClientRequests.parse(operation, text(message.body()));
            bus.<Message>request(operation.address(), body)
                .compose(answer -> vertx.executeBlocking(() -> json(answer), false))
                .onSuccess(message::reply)
                .onFailure(failure -> FailedReplies.fail(message, failure));
          } catch (EspalierException e) {
            FailedReplies.fail(message, e);
          }
        });
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
