package io.espalier.runtime.gateway;

import io.espalier.proto.EventBatch;
import io.espalier.proto.ReadEvents;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunList;
import io.espalier.proto.RunRef;
import io.espalier.proto.RunSummary;
import io.espalier.runtime.Addresses;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import org.jspecify.annotations.Nullable;

/** The runs, as they are asked over the event bus. */
final class BusClient {
  private final EventBus bus;

  BusClient(Vertx vertx) {
    this.bus = vertx.eventBus();
  }

  Future<RunList> runs() {
    return request(Addresses.RUN_LIST, null);
  }

  Future<RunSummary> run(String run) {
    return request(Addresses.RUN_GET, RunRef.newBuilder().setRun(run).build());
  }

  Future<EventBatch> events(String run, int from, int limit) {
    return request(
        Addresses.RUN_EVENTS,
        ReadEvents.newBuilder().setRun(run).setFromSeq(from).setLimit(limit).build());
  }

  /** Any request; the reply's type is that of the address. */
  <T> Future<T> request(String address, @Nullable Object body) {
    return bus.<T>request(address, body).map(Message::body);
  }

  /** Listens to the events of a run. */
  MessageConsumer<RunEvent> follow(String run, Handler<RunEvent> handler) {
    return bus.consumer(Addresses.event(run), message -> handler.handle(message.body()));
  }
}
