package io.espalier.runtime.gateway;

import com.google.protobuf.Message;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.ReadEvents;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunRef;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import io.espalier.runtime.Addresses;
import io.espalier.runtime.FailedReplies;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JSON mirror of the bus that bridges may reach: passes requests on and their answers back, and
 * repeats summaries and events of active runs.
 */
final class EdgeMirror {
  private static final Logger LOG = LoggerFactory.getLogger(EdgeMirror.class);
  private static final Set<RunState> ACTIVE =
      EnumSet.of(RunState.RUN_STATE_QUEUED, RunState.RUN_STATE_RUNNING, RunState.RUN_STATE_PAUSED);
  private static final int MOST_REMEMBERED = 1000;

  private final Vertx vertx;
  private final EventBus eventBus;
  private final BusClient bus;
  private final Map<String, LogCursor> followed = new HashMap<>();

  /** Where the runs stood that are followed no longer, so that none is repeated twice. */
  private final Map<String, Integer> passed =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  EdgeMirror(Vertx vertx, BusClient bus) {
    this.vertx = vertx;
    this.eventBus = vertx.eventBus();
    this.bus = bus;
  }

  /** Begins; done when all runs that are active now are followed. */
  Future<Void> start() {
    for (String address :
        new String[] {
          Addresses.RUN_GET, Addresses.RUN_PAUSE, Addresses.RUN_RESUME, Addresses.RUN_CANCEL
        }) {
      mirror(address, json -> ProtoJson.parse(json, RunRef.newBuilder()).build());
    }
    mirror(Addresses.RUN_EVENTS, EdgeMirror::readEvents);
    mirror(Addresses.RUN_LIST, json -> RunRef.getDefaultInstance());
    mirror(Addresses.PLUGIN_LIST, json -> RunRef.getDefaultInstance());
    eventBus.<RunSummary>consumer(Addresses.RUNS, message -> announced(message.body()));
    return bus.runs()
        .onSuccess(list -> list.getRunsList().forEach(this::followActive))
        .onFailure(failure -> LOG.debug("no runs to follow yet: {}", failure.getMessage()))
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private static Message readEvents(String json) {
    ReadEvents.Builder request = ProtoJson.parse(json, ReadEvents.newBuilder());
    int limit = request.getLimit();
    boolean given = limit > 0;
    return request
        .setLimit(given ? Math.min(limit, RunApi.MOST_EVENTS) : RunApi.DEFAULT_EVENTS)
        .build();
  }

  private void mirror(String address, Function<String, Message> request) {
    eventBus.consumer(
        Addresses.edge(address),
        message -> {
          try {
            Message body = request.apply(json(message.body()));
            bus.<Message>request(address, body)
                .compose(answer -> vertx.executeBlocking(() -> json(answer), false))
                .onSuccess(message::reply)
                .onFailure(failure -> FailedReplies.fail(message, failure));
          } catch (EspalierException e) {
            FailedReplies.fail(message, e);
          }
        });
  }

  private static String json(@Nullable Object body) {
    if (body == null) {
      return "{}";
    }
    if (body instanceof JsonObject object) {
      return object.encode();
    }
    throw new EspalierException(FailureCode.USAGE, "the body must be a JSON object");
  }

  private static JsonObject json(Message message) {
    return new JsonObject(ProtoJson.print(message));
  }

  private void announced(RunSummary summary) {
    eventBus.publish(Addresses.edge(Addresses.RUNS), json(summary));
    followActive(summary);
  }

  private void followActive(RunSummary summary) {
    String run = summary.getRun();
    if (!ACTIVE.contains(summary.getState()) || followed.containsKey(run)) {
      return;
    }
    int from = Math.max(summary.getLastSeq() + 1, passed.getOrDefault(run, 1));
    LogCursor cursor = new LogCursor(bus, run, from, new Repeater(run));
    followed.put(run, cursor);
    cursor.start();
  }

  private void unfollow(String run) {
    LogCursor cursor = followed.remove(run);
    if (cursor != null) {
      passed.remove(run);
      passed.put(run, cursor.next());
      cursor.stop();
    }
  }

  /** Repeats the events of one run. */
  private final class Repeater implements LogCursor.Reader {
    private final String run;

    Repeater(String run) {
      this.run = run;
    }

    /** Whoever listens at the edge bounds its own clients. */
    @Override
    public boolean ready() {
      return true;
    }

    @Override
    public void accept(RunEvent event, boolean last) {
      eventBus.publish(Addresses.edge(Addresses.event(run)), json(event));
      if (last && event.hasRunFinished()) {
        unfollow(run);
      }
    }

    @Override
    public void failed(Throwable failure) {
      LOG.warn("the events of run '{}' are not repeated any more", run, failure);
      unfollow(run);
    }
  }
}
