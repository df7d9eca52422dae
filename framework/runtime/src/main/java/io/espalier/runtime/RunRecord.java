package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.ReadSnapshot;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunResumed;
import io.espalier.proto.RunSnapshot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * One run's log as a snapshot needs it: the steps in columns, the other events as they are, those
 * that come by the thousand thinned. Safe for many threads.
 */
final class RunRecord {
  private static final int BUCKETS = 1_000;
  private static final int MOST_BUCKETS = 20_000;

  /** Of one kind of event; above it, every other one is left out. */
  private static final int MOST_OF_A_KIND = 400;

  private final EventLogReader reader;
  private final StepColumns steps = new StepColumns();
  private final NavigableMap<Integer, RunEvent> events = new TreeMap<>();
  private final Thinning layers = new Thinning();
  private final Thinning logs = new Thinning();
  private int lastSeq;

  RunRecord(Path log) {
    this.reader = EventLogReader.of(log);
  }

  /**
   * @throws EspalierException ({@link FailureCode#USAGE}) for a range or a number of buckets that
   *     there cannot be
   */
  synchronized RunSnapshot read(ReadSnapshot request) {
    reader.readOn(this::add);
    int buckets = request.getBuckets() == 0 ? BUCKETS : request.getBuckets();
    if (buckets < 0 || buckets > MOST_BUCKETS) {
      throw new EspalierException(
          FailureCode.USAGE,
          "buckets %d are not allowed (allowed: 1 to %d)".formatted(buckets, MOST_BUCKETS));
    }
    RunSnapshot.Builder snapshot = RunSnapshot.newBuilder().setLastSeq(lastSeq);
    if (request.getToPoint() == 0) {
      return snapshot
          .addAllEvents(events.values())
          .setCurves(steps.read(0, steps.size(), buckets))
          .build();
    }
    int from = Math.max(1, request.getFromPoint());
    int to = Math.min(request.getToPoint(), steps.size());
    if (from > to) {
      throw new EspalierException(
          FailureCode.USAGE,
          "points %d to %d are not there; the run has %d"
              .formatted(from, request.getToPoint(), steps.size()));
    }
    return snapshot.setCurves(steps.read(from - 1, to, buckets)).build();
  }

  private void add(RunEvent event) {
    lastSeq = event.getSeq();
    switch (event.getEventCase()) {
      case STEP -> steps.add(event.getSeq(), event.getTimeMillis(), event.getStep());
      case CHECKPOINTED -> {}
      case LAYER_SPARSITY -> layers.add(event);
      case LOG -> logs.add(event);
      case RUN_RESUMED -> {
        RunResumed resumed = event.getRunResumed();
        steps.truncateAfter(resumed.getStageIndex(), resumed.getStep());
        events.put(event.getSeq(), event);
      }
      default -> events.put(event.getSeq(), event);
    }
  }

  /**
   * Keeps at most {@link #MOST_OF_A_KIND} of the events that come often, evenly, the last always.
   */
  private final class Thinning {
    private List<Integer> kept = new ArrayList<>();
    private int every = 1;
    private int seen;

    void add(RunEvent event) {
      if (seen > 0 && (seen - 1) % every != 0) {
        events.remove(kept.remove(kept.size() - 1));
      }
      seen++;
      kept.add(event.getSeq());
      events.put(event.getSeq(), event);
      if (kept.size() > MOST_OF_A_KIND) {
        halve();
      }
    }

    private void halve() {
      List<Integer> half = new ArrayList<>();
      for (int i = 0; i < kept.size(); i++) {
        if (i % 2 == 0 || i == kept.size() - 1) {
          half.add(kept.get(i));
        } else {
          events.remove(kept.get(i));
        }
      }
      kept = half;
      every *= 2;
    }
  }
}
