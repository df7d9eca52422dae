package io.espalier.runtime;

import io.espalier.proto.RunEvent;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The runs that a script is told of, and how far it has been told. Safe for many threads. */
final class FollowedRuns {
  /** The next event of each. */
  private final Map<String, Integer> next = new LinkedHashMap<>();

  /** Those whose logs grow no more. */
  private final Set<String> ended = new HashSet<>();

  private boolean news;
  private boolean closed;

  /** A run's state changed: follows those that are queued. */
  synchronized void hear(RunSummary summary) {
    String run = summary.getRun();
    switch (summary.getState()) {
      case RUN_STATE_QUEUED -> {
        ended.remove(run);
        queued(summary);
      }
      case RUN_STATE_SUCCEEDED, RUN_STATE_FAILED, RUN_STATE_CANCELLED, RUN_STATE_INTERRUPTED -> {
        if (next.containsKey(run)) {
          ended.add(run);
        }
      }
      default -> {}
    }
    news = true;
    notifyAll();
  }

  /** Follows a run that was queued when a request was answered; its end may be known already. */
  synchronized void queued(RunSummary summary) {
    if (summary.getState() == RunState.RUN_STATE_QUEUED) {
      next.putIfAbsent(summary.getRun(), summary.getLastSeq() + 1);
    }
  }

  synchronized List<String> all() {
    return List.copyOf(next.keySet());
  }

  /** The next event that is wanted of a run. */
  synchronized int next(String run) {
    return next.getOrDefault(run, 1);
  }

  /** Whether the run's log has all its events. */
  synchronized boolean isOver(String run) {
    return ended.contains(run);
  }

  /** The script knows an event; after a run's last one the run is forgotten. */
  synchronized void told(RunEvent event) {
    next.put(event.getRun(), event.getSeq() + 1);
    if (event.hasRunFinished()) {
      forget(event.getRun());
    }
  }

  synchronized void forget(String run) {
    next.remove(run);
    ended.remove(run);
    notifyAll();
  }

  /** Waits until something is heard, but no longer than that. */
  synchronized void awaitNews(long millis) throws InterruptedException {
    if (!news && !closed) {
      TimeUnit.MILLISECONDS.timedWait(this, millis);
    }
    news = false;
  }

  /** Waits until the script knows the end of every run, or is told no more. */
  synchronized void awaitEnds() throws InterruptedException {
    while (!next.isEmpty() && !closed) {
      wait();
    }
  }

  /** Nothing is waited for any more. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  synchronized boolean isClosed() {
    return closed;
  }
}
