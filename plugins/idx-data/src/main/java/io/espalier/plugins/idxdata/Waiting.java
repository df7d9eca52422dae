package io.espalier.plugins.idxdata;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.time.Duration;

/** Waits that an interrupt of the thread ends. */
final class Waiting {
  /** How often whoever waits looks again. */
  static final Duration TICK = Duration.ofMillis(200);

  private Waiting() {}

  /**
   * Waits a while.
   *
   * @throws EspalierException ({@link FailureCode#CANCELLED}) if the thread is interrupted
   */
  static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** A duration for messages, such as {@code 0.5 s}. */
  static String text(Duration time) {
    return time.toMillis() / 1000.0 + " s";
  }

  /** The failure of fetching whose thread was interrupted; the thread stays interrupted. */
  static EspalierException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new EspalierException(
        FailureCode.CANCELLED,
        "fetching the data set was interrupted; start it again to go on",
        cause);
  }
}
