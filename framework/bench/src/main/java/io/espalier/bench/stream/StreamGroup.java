package io.espalier.bench.stream;

import io.espalier.bench.Comparison;
import io.espalier.bench.Group;
import io.espalier.bench.Quantity;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Rows of the event stream, on a run of the tutorial CNN that trains as fast as it can. The peer of
 * a cost is what it may be; that of the training is itself with nobody looking.
 */
public final class StreamGroup implements Group {
  private static final int ROUNDS = 5;
  private static final double MOST_PUBLISH_PERCENT = 1;
  private static final double MOST_SILENT_KIB = 256;
  private static final double MOST_OPENING_SECONDS = 2;

  @Override
  public String name() {
    return "stream";
  }

  @Override
  public Map<String, Supplier<Comparison>> rows() {
    Map<String, Supplier<Comparison>> rows = new LinkedHashMap<>();
    rows.put("delivery", StreamGroup::delivery);
    rows.put("publish-cost", StreamGroup::publishing);
    rows.put("serving-cost", StreamGroup::serving);
    rows.put("full-speed", StreamGroup::speed);
    rows.put("silent-client", StreamGroup::silence);
    rows.put("open-million", StreamGroup::opening);
    return rows;
  }

  /** Events that 200 clients see, each once and in order, against those in the log. */
  private static Comparison delivery() {
    try (WatchedTraining training = new WatchedTraining()) {
      return Comparison.measure(
              "delivery", Quantity.SPEED, "events", ROUNDS - 2, training::deliver, training::logged)
          .with("lost", training.lost())
          .with("doubled", training.doubled());
    }
  }

  /** Percent of the training thread's time that goes into telling its steps, against one. */
  private static Comparison publishing() {
    try (WatchedTraining training = new WatchedTraining()) {
      return Comparison.measure(
          "publish-cost",
          Quantity.COST,
          "%",
          ROUNDS,
          training::tellingPercent,
          () -> MOST_PUBLISH_PERCENT);
    }
  }

  /** Percent of the processor's time of the training that goes into serving, against one. */
  private static Comparison serving() {
    try (WatchedTraining training = new WatchedTraining()) {
      return Comparison.measure(
          "serving-cost",
          Quantity.COST,
          "%",
          ROUNDS,
          training::servingPercent,
          () -> MOST_PUBLISH_PERCENT);
    }
  }

  /** Steps a second with 200 clients on the same machine, against without. */
  private static Comparison speed() {
    try (WatchedTraining training = new WatchedTraining()) {
      return Comparison.measure(
          "full-speed",
          Quantity.SPEED,
          "steps/s",
          ROUNDS,
          training::stepsWatched,
          training::stepsAlone);
    }
  }

  /** KiB that a client costs which reads nothing, against what it may cost. */
  private static Comparison silence() {
    try (WatchedTraining training = new WatchedTraining()) {
      return Comparison.measure(
          "silent-client",
          Quantity.COST,
          "KiB",
          ROUNDS - 2,
          training::silentKib,
          () -> MOST_SILENT_KIB);
    }
  }

  /** Seconds to open a finished run of a million events, by a server just started. */
  private static Comparison opening() {
    try (MillionEvents run = new MillionEvents()) {
      return Comparison.measure(
          "open-million",
          Quantity.COST,
          "s",
          ROUNDS,
          run::openingSeconds,
          () -> MOST_OPENING_SECONDS);
    }
  }
}
