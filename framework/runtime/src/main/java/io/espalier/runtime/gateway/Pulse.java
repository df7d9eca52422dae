package io.espalier.runtime.gateway;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets work that comes by the hundred wait for a common moment, so that what all of it needs is
 * done once. The more wait, the longer: so all together do no more than a thousand pieces of work a
 * second. On one event loop.
 */
final class Pulse {
  /** A beat for one; shorter than anybody sees. */
  static final long MILLIS = 40;

  /** How much longer a beat is for each of those who waited for the last one. */
  private static final long MILLIS_EACH = 1;

  private final Vertx vertx;
  private List<Runnable> waiting = new ArrayList<>();
  private int lately;

  Pulse(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Runs something at the next beat. */
  void next(Runnable work) {
    if (waiting.isEmpty()) {
      vertx.setTimer(MILLIS + MILLIS_EACH * lately, id -> beat());
    }
    waiting.add(work);
  }

  private void beat() {
    List<Runnable> now = waiting;
    waiting = new ArrayList<>();
    lately = now.size();
    now.forEach(Runnable::run);
  }
}
