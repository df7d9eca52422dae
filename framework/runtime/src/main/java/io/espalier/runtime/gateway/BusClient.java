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
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The runs, as they are asked over the event bus. Whoever follows the same run shares one
 * subscription, since each costs the thread that publishes; whoever reads the same events at the
 * same time shares one reading. On one event loop.
 */
final class BusClient {
  private final EventBus bus;
  private final Map<String, Feed> feeds = new HashMap<>();
  private final Map<ReadEvents, Future<EventBatch>> readings = new HashMap<>();

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
    ReadEvents asked = ReadEvents.newBuilder().setRun(run).setFromSeq(from).setLimit(limit).build();
    Future<EventBatch> underWay = readings.get(asked);
    if (underWay != null) {
      return underWay;
    }
    Future<EventBatch> reading = request(Addresses.RUN_EVENTS, asked);
    readings.put(asked, reading);
    return reading.onComplete(done -> readings.remove(asked, reading));
  }

  /** Any request; the reply's type is that of the address. */
  <T> Future<T> request(String address, @Nullable Object body) {
    return bus.<T>request(address, body).map(Message::body);
  }

  /** Listens to the events of a run. */
  Following follow(String run, Handler<RunEvent> handler) {
    Feed feed = feeds.computeIfAbsent(run, Feed::new);
    Following following = new Following(feed, handler);
    feed.followers.add(following);
    return following;
  }

  /** The events of one run on their way to all who follow it. */
  private final class Feed {
    private final String run;
    private final MessageConsumer<RunEvent> consumer;
    private final Set<Following> followers = new LinkedHashSet<>();

    Feed(String run) {
      this.run = run;
      this.consumer = bus.consumer(Addresses.event(run), message -> tell(message.body()));
    }

    private void tell(RunEvent event) {
      List.copyOf(followers).forEach(follower -> follower.handler.handle(event));
    }
  }

  /** Someone who listens. */
  final class Following {
    private final Feed feed;
    private final Handler<RunEvent> handler;

    private Following(Feed feed, Handler<RunEvent> handler) {
      this.feed = feed;
      this.handler = handler;
    }

    /** Completes once events are heard. */
    Future<Void> completion() {
      return feed.consumer.completion();
    }

    /** Listens no longer. */
    void end() {
      feed.followers.remove(this);
      if (feed.followers.isEmpty() && feeds.remove(feed.run, feed)) {
        feed.consumer.unregister();
      }
    }
  }
}
