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
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The runs, as they are asked over the event bus. Whoever follows the same run shares one
 * subscription, and whoever reads the same events at the same time shares one reading. On one event
 * loop.
 */
final class BusClient {
  private final EventBus bus;
  private final Map<String, Feed> feeds = new HashMap<>();
  private final Map<Reading, Future<EventBatch>> readings = new HashMap<>();

  private record Reading(String run, int from, int limit) {}

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
    Reading asked = new Reading(run, from, limit);
    Future<EventBatch> underWay = readings.get(asked);
    if (underWay != null) {
      return underWay;
    }
    Future<EventBatch> reading =
        request(
            Addresses.RUN_EVENTS,
            ReadEvents.newBuilder().setRun(run).setFromSeq(from).setLimit(limit).build());
    readings.put(asked, reading);
    return reading.onComplete(done -> readings.remove(asked, reading));
  }

  /** Any request; the reply's type is that of the address. */
  <T> Future<T> request(String address, @Nullable Object body) {
    return bus.<T>request(address, body).map(Message::body);
  }

  /** Follows the events of a run. */
  Following follow(String run) {
    Feed feed = feeds.computeIfAbsent(run, Feed::new);
    Following following = new Following(feed);
    feed.followers++;
    return following;
  }

  /** The events of one run on their way to all who follow it. */
  private final class Feed {
    private final String run;
    private final MessageConsumer<RunEvent> consumer;
    private Map<Following, Handler<RunEvent>> listeners = new LinkedHashMap<>();
    private int followers;
    private int latest;

    Feed(String run) {
      this.run = run;
      this.consumer = bus.consumer(Addresses.event(run), message -> tell(message.body()));
    }

    private void tell(RunEvent event) {
      latest = event.getSeq();
      if (!listeners.isEmpty()) {
        Map<Following, Handler<RunEvent>> now = listeners;
        listeners = new LinkedHashMap<>();
        now.values().forEach(listener -> listener.handle(event));
      }
    }
  }

  /** Someone who follows a run. */
  final class Following {
    private final Feed feed;
    private boolean ended;

    private Following(Feed feed) {
      this.feed = feed;
    }

    /** Completes once events are heard. */
    Future<Void> completion() {
      return feed.consumer.completion();
    }

    /** The event heard last; 0 before the first. */
    int latest() {
      return feed.latest;
    }

    /** Lets a listener hear the next event, and no more than that one. */
    void hearNext(Handler<RunEvent> listener) {
      if (!ended) {
        feed.listeners.put(this, listener);
      }
    }

    /** Hears nothing more. */
    void end() {
      if (!ended) {
        ended = true;
        feed.listeners.remove(this);
        if (--feed.followers == 0) {
          feeds.remove(feed.run);
          feed.consumer.unregister();
        }
      }
    }
  }
}
