package io.espalier.runtime.gateway;

import io.espalier.proto.RunEvent;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import io.espalier.runtime.Addresses;
import io.vertx.core.eventbus.EventBus;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats the events of active runs in JSON on their edge addresses, each once and in order.
 *
 * <p>A run is followed from the summary that announces it until its end; one that is resumed is
 * announced again.
 */
final class EdgeFeed {
  private static final Logger LOG = LoggerFactory.getLogger(EdgeFeed.class);
  private static final Set<RunState> ACTIVE =
      EnumSet.of(RunState.RUN_STATE_QUEUED, RunState.RUN_STATE_RUNNING, RunState.RUN_STATE_PAUSED);
  private static final int MOST_REMEMBERED = 1000;
  private static final int NEVER = Integer.MAX_VALUE;

  private final EventBus eventBus;
  private final BusClient bus;
  private final Pulse pulse;
  private final Predicate<String> heard;
  private final GatewayMetrics metrics;
  private final Map<String, Repeater> followed = new HashMap<>();

  /** The next event of runs that are followed no longer, so that none is repeated twice. */
  private final Map<String, Integer> passed =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  /**
   * @param heard whether a client listens at an edge address; what none would hear is not made
   */
  EdgeFeed(
      EventBus eventBus,
      BusClient bus,
      Pulse pulse,
      Predicate<String> heard,
      GatewayMetrics metrics) {
    this.eventBus = eventBus;
    this.bus = bus;
    this.pulse = pulse;
    this.heard = heard;
    this.metrics = metrics;
  }

  /** Takes in how a run stands, and begins or ends to follow it. */
  void onSummary(RunSummary summary) {
    String run = summary.getRun();
    Repeater repeater = followed.get(run);
    if (repeater != null) {
      repeater.endsAt(ACTIVE.contains(summary.getState()) ? NEVER : summary.getLastSeq());
    } else if (ACTIVE.contains(summary.getState())) {
      int from = Math.max(summary.getLastSeq() + 1, passed.getOrDefault(run, 1));
      Repeater begun = new Repeater(run, from);
      followed.put(run, begun);
      begun.cursor.start();
    }
  }

  /** Repeats the events of one run. */
  private final class Repeater implements LogCursor.Reader {
    private final String run;
    private final LogCursor cursor;
    private int end = NEVER;

    Repeater(String run, int from) {
      this.run = run;
      this.cursor = new LogCursor(bus, pulse, run, from, this);
    }

    /** Takes in that the run has ended with an event, or goes on. */
    void endsAt(int seq) {
      end = seq;
      if (cursor.next() > end) {
        stop();
      }
    }

    /** Whoever listens at the edge bounds its own clients. */
    @Override
    public boolean ready() {
      return true;
    }

    @Override
    public void accept(List<RunEvent> events, boolean last) {
      metrics.events(events.size());
      String address = Addresses.edge(Addresses.event(run));
      if (heard.test(address)) {
        events.forEach(event -> eventBus.publish(address, EdgeMirror.json(event)));
      }
      RunEvent latest = events.get(events.size() - 1);
      if (latest.getSeq() >= end || last && latest.hasRunFinished()) {
        stop();
      }
    }

    @Override
    public void failed(Throwable failure) {
      LOG.warn("the events of run '{}' are not repeated any more", run, failure);
      stop();
    }

    @Override
    public void left() {
      stop();
    }

    private void stop() {
      cursor.stop();
      followed.remove(run);
      passed.remove(run);
      passed.put(run, cursor.next());
    }
  }
}
