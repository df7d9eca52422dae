package io.espalier.runtime.report;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.Exported;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunResumed;
import io.espalier.proto.RunStarted;
import io.espalier.proto.StageStarted;
import io.espalier.proto.Step;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What the event log of a run says, without the events that a resumption made void.
 *
 * <p>When a run goes on from step {@code s} of stage {@code i}, what had been logged of later steps
 * of that stage and of later stages happens again. The log is therefore read twice: once for the
 * resumptions, once for what counts.
 *
 * @param started how the run began
 * @param exports the files that count, in the order of the run
 * @param stages stages that train, by index
 * @param curve training figures over the global step
 * @param seconds time at work
 */
record RunHistory(
    RunStarted started,
    List<Exported> exports,
    List<TrainedStage> stages,
    List<Curve.Point> curve,
    double seconds) {

  /** Feeds all events of a log, in order, to a reader. Called twice. */
  interface Log {
    void forEach(Consumer<RunEvent> reader);
  }

  /**
   * A stage that made optimizer steps.
   *
   * @param name of the stage
   * @param offset steps of all stages before it
   * @param steps its own
   */
  record TrainedStage(String name, long offset, long steps) {}

  static RunHistory of(Log log) {
    Outline outline = new Outline();
    log.forEach(outline::read);
    Details details = new Details(outline);
    log.forEach(details::read);
    return new RunHistory(
        outline.started.orElseThrow(
            () ->
                new EspalierException(
                    FailureCode.VERIFICATION,
                    "the event log does not begin with the start of a run; there is nothing to report")),
        details.exports(),
        outline.trained(),
        details.curve.points(),
        outline.clock.seconds());
  }

  /** First reading. */
  private static final class Outline {
    private record Resumption(int seq, RunResumed from) {}

    private final List<Resumption> resumptions = new ArrayList<>();
    private final Map<Integer, StageStarted> stages = new TreeMap<>();
    private final Clock clock = new Clock();
    private Optional<RunStarted> started = Optional.empty();

    void read(RunEvent event) {
      clock.read(event);
      switch (event.getEventCase()) {
        case RUN_STARTED -> started = Optional.of(event.getRunStarted());
        case RUN_RESUMED -> resumptions.add(new Resumption(event.getSeq(), event.getRunResumed()));
        case STAGE_STARTED ->
            stages.put(event.getStageStarted().getIndex(), event.getStageStarted());
        default -> {}
      }
    }

    /** Whether a later resumption made an event void that belongs to a step of a stage. */
    boolean isVoid(int seq, int stage, int step) {
      for (Resumption resumption : resumptions) {
        RunResumed from = resumption.from;
        if (resumption.seq > seq
            && (stage > from.getStageIndex()
                || stage == from.getStageIndex() && step > from.getStep())) {
          return true;
        }
      }
      return false;
    }

    List<TrainedStage> trained() {
      List<TrainedStage> trained = new ArrayList<>();
      long offset = 0;
      for (StageStarted stage : stages.values()) {
        if (stage.getTotalSteps() > 0) {
          trained.add(new TrainedStage(stage.getName(), offset, stage.getTotalSteps()));
          offset += stage.getTotalSteps();
        }
      }
      return trained;
    }

    Map<Integer, Long> offsets() {
      Map<Integer, Long> offsets = new TreeMap<>();
      long offset = 0;
      for (StageStarted stage : stages.values()) {
        offsets.put(stage.getIndex(), offset);
        offset += stage.getTotalSteps();
      }
      return offsets;
    }
  }

  /** Second reading. */
  private static final class Details {
    private final Outline outline;
    private final Map<Integer, Long> offsets;
    private final Map<String, Exported> exports = new LinkedHashMap<>();
    private final Curve curve = new Curve();

    Details(Outline outline) {
      this.outline = outline;
      this.offsets = outline.offsets();
    }

    void read(RunEvent event) {
      if (event.hasStep()) {
        readStep(event.getSeq(), event.getStep());
      } else if (event.hasExported()) {
        Exported exported = event.getExported();
        if (!outline.isVoid(event.getSeq(), exported.getStageIndex(), 0)) {
          exports.put(exported.getName(), exported);
        }
      }
    }

    private void readStep(int seq, Step step) {
      if (!outline.isVoid(seq, step.getStageIndex(), step.getStep())) {
        curve.add(
            new Curve.Point(
                offsets.getOrDefault(step.getStageIndex(), 0L) + step.getStep(),
                1,
                step.getLoss(),
                step.getAccuracy(),
                step.getSparsity(),
                step.hasTargetSparsity() ? step.getTargetSparsity() : Double.NaN));
      }
    }

    List<Exported> exports() {
      Collection<Exported> all = exports.values();
      return all.stream().sorted(Comparator.comparingInt(Exported::getStageIndex)).toList();
    }
  }

  /**
   * Adds up the time at work: from each start or resumption to the last event before the next one,
   * less pauses. The end of the run does not count, so that a report written just before it and one
   * written later agree.
   */
  private static final class Clock {
    private double millis;
    private double since = Double.NaN;
    private double last;

    void read(RunEvent event) {
      switch (event.getEventCase()) {
        case RUN_STARTED, RUN_RESUMED -> {
          stop();
          start(event.getTimeMillis());
        }
        case RUN_PAUSED -> {
          last = event.getTimeMillis();
          stop();
        }
        case RUN_CONTINUED -> start(event.getTimeMillis());
        case RUN_FINISHED -> {}
        default -> last = event.getTimeMillis();
      }
    }

    private void start(double time) {
      since = time;
      last = time;
    }

    private void stop() {
      if (!Double.isNaN(since)) {
        millis += Math.max(0, last - since);
        since = Double.NaN;
      }
    }

    double seconds() {
      double open = Double.isNaN(since) ? 0 : Math.max(0, last - since);
      return (millis + open) / 1000;
    }
  }
}
