package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.DecidePlan;
import io.espalier.proto.RunContinued;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunPaused;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds, continues and ends a run from outside. The thread that works on the run comes by at every
 * step and between stages, and is held or thrown out there; one that is to end is interrupted as
 * well. Safe for many threads.
 */
final class RunSteering {
  private enum Order {
    GO_ON,
    PAUSE,
    CANCEL,
    /** The process ends: the run stays as it is, to be resumed by another. */
    ABANDON
  }

  /**
   * Something that somebody wants of the training that is on.
   *
   * @param done completes once it is in force, or fails if it is refused
   */
  record Change(String name, double value, Promise<Void> done) {}

  private final Runnable heldChanged;
  private final Deque<Change> changes = new ArrayDeque<>();
  private boolean training;
  private String waitingPlan = "";
  private @Nullable DecidePlan decision;
  private Order order = Order.GO_ON;
  private boolean held;
  private @Nullable Thread worker;

  /**
   * @param heldChanged called by the working thread when it is held and when it goes on
   */
  RunSteering(Runnable heldChanged) {
    this.heldChanged = heldChanged;
  }

  /** Asks to hold. */
  synchronized void pause() {
    if (order == Order.GO_ON) {
      order = Order.PAUSE;
    }
  }

  /** Takes a pause back. */
  synchronized void goOn() {
    if (order == Order.PAUSE) {
      order = Order.GO_ON;
      notifyAll();
    }
  }

  synchronized void cancel() {
    if (order != Order.ABANDON) {
      end(Order.CANCEL);
    }
  }

  synchronized void abandon() {
    end(Order.ABANDON);
  }

  private void end(Order ending) {
    order = ending;
    notifyAll();
    if (worker != null) {
      worker.interrupt();
    }
  }

  synchronized boolean isCancelled() {
    return order == Order.CANCEL;
  }

  synchronized boolean isAbandoned() {
    return order == Order.ABANDON;
  }

  /** Whether a pause was asked for and not yet taken back. */
  synchronized boolean isPausing() {
    return order == Order.PAUSE;
  }

  /**
   * Asks for a change of the training that is on.
   *
   * @return completes once it is in force
   */
  synchronized Future<Void> change(String name, double value) {
    if (!training || order == Order.CANCEL || order == Order.ABANDON) {
      return Future.failedFuture(
          new EspalierException(
              FailureCode.USAGE, "no training is on; only a training can be changed"));
    }
    Change change = new Change(name, value, Promise.promise());
    changes.add(change);
    notifyAll();
    return change.done().future();
  }

  /** The next change asked for, by the working thread. */
  synchronized Optional<Change> nextChange() {
    return Optional.ofNullable(changes.poll());
  }

  synchronized void trainingBegins() {
    training = true;
  }

  /** Refuses what came too late. */
  synchronized void trainingEnds() {
    training = false;
    for (Change late = changes.poll(); late != null; late = changes.poll()) {
      late.done()
          .tryFail(
              new EspalierException(FailureCode.USAGE, "the training ended before the change"));
    }
  }

  /** The plan that waits for consent; empty if none does. */
  synchronized String waitingPlan() {
    return waitingPlan;
  }

  /**
   * Decides the plan that waits.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) if another one or none waits
   */
  synchronized void decide(DecidePlan asked) {
    if (waitingPlan.isEmpty() || !waitingPlan.equals(asked.getPlan())) {
      throw new EspalierException(
          FailureCode.USAGE,
          "plan '%s' does not wait to be approved (%s does)"
              .formatted(asked.getPlan(), waitingPlan.isEmpty() ? "none" : waitingPlan));
    }
    decision = asked;
    notifyAll();
  }

  /**
   * Holds the working thread until somebody decides a plan.
   *
   * @throws EspalierException ({@link FailureCode#CANCELLED}) if the run is to end
   */
  DecidePlan awaitDecision(String plan) {
    synchronized (this) {
      waitingPlan = plan;
      decision = null;
    }
    heldChanged.run();
    try {
      return decision();
    } finally {
      synchronized (this) {
        waitingPlan = "";
      }
      heldChanged.run();
    }
  }

  private synchronized DecidePlan decision() {
    while (decision == null) {
      requireWanted();
      try {
        wait();
      } catch (InterruptedException e) {
        requireWanted();
      }
    }
    requireWanted();
    return decision;
  }

  /** Whether the working thread is held. */
  synchronized boolean isHeld() {
    return held;
  }

  /** The calling thread begins to work on the run, and is interrupted if the run is to end. */
  synchronized void enter() {
    requireWanted();
    worker = Thread.currentThread();
  }

  /** The calling thread has ended its work; no interrupt reaches it from here on. */
  synchronized void leave() {
    worker = null;
    Thread.interrupted();
  }

  /**
   * Where the working thread comes by: returns at once unless the run is to hold or to end.
   *
   * @param events told about the pause
   * @param atPause done before the thread is held
   * @throws EspalierException ({@link FailureCode#CANCELLED}) if the run is to end
   */
  void comeBy(RunEvents events, Runnable atPause) {
    comeBy(events, atPause, () -> {});
  }

  /**
   * As {@link #comeBy(RunEvents, Runnable)}, where changes are possible.
   *
   * @param onChanges answers changes that are asked for, also while the thread is held
   */
  void comeBy(RunEvents events, Runnable atPause, Runnable onChanges) {
    onChanges.run();
    synchronized (this) {
      requireWanted();
      if (order != Order.PAUSE) {
        return;
      }
    }
    atPause.run();
    setHeld(true);
    try {
      events.publish(RunEvent.newBuilder().setRunPaused(RunPaused.getDefaultInstance()));
      while (await()) {
        onChanges.run();
      }
    } finally {
      setHeld(false);
    }
    events.publish(RunEvent.newBuilder().setRunContinued(RunContinued.getDefaultInstance()));
  }

  private void setHeld(boolean now) {
    synchronized (this) {
      held = now;
    }
    heldChanged.run();
  }

  /** Waits until the thread may go on or, which is told by true, a change is asked for. */
  private synchronized boolean await() {
    while (order == Order.PAUSE && changes.isEmpty()) {
      try {
        wait();
      } catch (InterruptedException e) {
        requireWanted();
      }
    }
    requireWanted();
    return order == Order.PAUSE;
  }

  private void requireWanted() {
    switch (order) {
      case CANCEL -> throw new EspalierException(FailureCode.CANCELLED, "the run was cancelled");
      case ABANDON ->
          throw new EspalierException(
              FailureCode.CANCELLED, "the process is ending; the run can be resumed");
      case GO_ON, PAUSE -> {}
    }
  }
}
