package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Knows for one piece of work whether it is in an extension's hands, and since when without a sign
 * of life. A call of an extension, its return and every call that it makes back into the framework
 * are such signs; while the framework works or waits, in a pause for instance, nothing is held
 * against the extension. Safe for many threads.
 */
final class ExtensionWatch {
  private static final ThreadLocal<Optional<ExtensionWatch>> CURRENT =
      ThreadLocal.withInitial(Optional::empty);

  /**
   * @param extension in whose hands the work is; empty for the framework's
   */
  private record Hold(Optional<String> extension, long since) {}

  private final Supplier<Duration> patience;
  private final Deque<Hold> holds = new ArrayDeque<>();
  private boolean givenUp;

  /**
   * @param patience how long an extension may give no sign of life, as of now
   */
  ExtensionWatch(Supplier<Duration> patience) {
    this.patience = patience;
  }

  /** That of the work which the calling thread does, if it is watched. */
  static Optional<ExtensionWatch> current() {
    return CURRENT.get();
  }

  /** Has the calling thread's work watched from here on. */
  void attach() {
    CURRENT.set(Optional.of(this));
  }

  void detach() {
    CURRENT.remove();
  }

  /**
   * Calls an extension.
   *
   * @param extension as messages name it
   */
  <T> T calling(String extension, Supplier<T> call) {
    return holding(Optional.of(extension), call);
  }

  /** Does the framework's own work in the midst of an extension's. */
  void inFramework(Runnable work) {
    holding(
        Optional.empty(),
        () -> {
          work.run();
          return true;
        });
  }

  private <T> T holding(Optional<String> extension, Supplier<T> work) {
    begin(extension);
    try {
      return work.get();
    } finally {
      end();
    }
  }

  private synchronized void begin(Optional<String> extension) {
    requireWanted();
    holds.push(new Hold(extension, System.nanoTime()));
  }

  private synchronized void end() {
    holds.poll();
    Hold under = holds.poll();
    if (under != null) {
      holds.push(new Hold(under.extension(), System.nanoTime()));
    }
    requireWanted();
  }

  /** Work that was given up ends at its next sign of life. */
  private void requireWanted() {
    if (givenUp) {
      throw new EspalierException(FailureCode.CANCELLED, "the work was given up");
    }
  }

  private static String text(Duration time) {
    return time.toSeconds() > 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }

  /** Whether nobody waits for the work any more. */
  synchronized boolean isGivenUp() {
    return givenUp;
  }

  /** The failure of an extension that hangs; it is given up with that. */
  synchronized Optional<EspalierException> hanging() {
    Hold top = holds.peek();
    if (givenUp || top == null || top.extension().isEmpty()) {
      return Optional.empty();
    }
    Duration most = patience.get();
    if (System.nanoTime() - top.since() < most.toNanos()) {
      return Optional.empty();
    }
    givenUp = true;
    return Optional.of(
        new EspalierException(
            FailureCode.PLUGIN,
            "%s hangs: no sign of life for %s (--extension-timeout); it was given up, and what its thread holds is free only once it ends"
                .formatted(top.extension().get(), text(most))));
  }
}
