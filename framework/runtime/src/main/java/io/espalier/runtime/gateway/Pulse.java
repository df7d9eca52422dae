package io.espalier.runtime.gateway;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets work that comes by the hundred wait for a common moment, so that what all of it needs is
 * done once. On one event loop.
 */
final class Pulse {
  /** Shorter than anybody sees. */
  static final long MILLIS = 40;

  private final Vertx vertx;
  private List<Runnable> waiting = new ArrayList<>();

  Pulse(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Runs something at the next beat. */
  void next(Runnable work) {
    if (waiting.isEmpty()) {
      vertx.setTimer(MILLIS, id -> beat());
    }
    waiting.add(work);
  }

  private void beat() {
    List<Runnable> now = waiting;
    waiting = new ArrayList<>();
    now.forEach(Runnable::run);
  }
}
