package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.RunContinued;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunPaused;
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

  private final Runnable heldChanged;
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
      await();
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

  private synchronized void await() {
    while (order == Order.PAUSE) {
      try {
        wait();
      } catch (InterruptedException e) {
        requireWanted();
      }
    }
    requireWanted();
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
