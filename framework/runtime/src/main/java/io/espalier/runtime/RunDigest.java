package io.espalier.runtime;

import io.espalier.proto.Failure;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a run's events come to, taken in one by one. Safe for many threads. */
final class RunDigest {
  private final RunSummary.Builder summary = RunSummary.newBuilder().setStageIndex(-1);
  private final Set<Integer> finishedStages = new TreeSet<>();
  private boolean started;
  private boolean over;
  private @Nullable Failure failure;

  static RunDigest of(RunFolder folder) {
    RunDigest digest = new RunDigest();
    EventLogReader.forEach(folder.events(), digest::add);
    return digest;
  }

  synchronized void add(RunEvent event) {
    summary.setLastSeq(event.getSeq());
    switch (event.getEventCase()) {
      case RUN_STARTED -> {
        started = true;
        summary
            .setScenario(event.getRunStarted().getScenario())
            .setDataset(event.getRunStarted().getDataset())
            .setStartedMillis(event.getTimeMillis())
            .clearStages()
            .addAllStages(event.getRunStarted().getStagesList());
      }
      case RUN_RESUMED -> {
        over = false;
        failure = null;
        int stage = event.getRunResumed().getStageIndex();
        summary.setStageIndex(stage);
        finishedStages.removeIf(finished -> finished >= stage);
      }
      case STAGE_STARTED -> summary.setStageIndex(event.getStageStarted().getIndex());
      case STAGE_FINISHED -> finishedStages.add(event.getStageFinished().getIndex());
      case FAILURE -> failure = event.getFailure();
      case RUN_FINISHED -> {
        over = true;
        summary.setState(event.getRunFinished().getState());
      }
      default -> {}
    }
  }

  /** Whether the log tells how the run began. */
  synchronized boolean started() {
    return started;
  }

  /** Whether the log tells how the run ended. */
  synchronized boolean isOver() {
    return over;
  }

  synchronized boolean isFinished(int stage) {
    return finishedStages.contains(stage);
  }

  /** Why the run failed, if it did and was not resumed since. */
  synchronized Optional<Failure> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * The run in short.
   *
   * @param unfinished the state of a run whose log does not say how it ended
   */
  synchronized RunSummary summary(RunFolder folder, RunState unfinished) {
    RunSummary.Builder copy =
        summary.clone().setRun(folder.id()).setFolder(folder.root().toAbsolutePath().toString());
    return (over ? copy : copy.setState(unfinished)).build();
  }
}
