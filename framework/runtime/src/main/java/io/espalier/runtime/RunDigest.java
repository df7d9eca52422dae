package io.espalier.runtime;

import io.espalier.proto.Failure;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunResumed;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a run's events come to, taken in one by one. Safe for many threads. */
final class RunDigest {
  private final RunSummary.Builder summary = RunSummary.newBuilder().setStageIndex(-1);
  private final Set<Integer> finishedStages = new TreeSet<>();
  private final Map<Integer, Integer> lastSteps = new TreeMap<>();
  private final Set<Integer> results = new TreeSet<>();
  private final Interventions interventions = new Interventions();
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
      case RUN_RESUMED -> resume(event.getRunResumed());
      case STAGE_STARTED -> summary.setStageIndex(event.getStageStarted().getIndex());
      case STAGE_FINISHED -> finishedStages.add(event.getStageFinished().getIndex());
      case STEP -> lastSteps.put(event.getStep().getStageIndex(), event.getStep().getStep());
      case METRIC -> results.add(event.getMetric().getStageIndex());
      case LAYER_SPARSITY -> results.add(event.getLayerSparsity().getStageIndex());
      case EXPORTED -> results.add(event.getExported().getStageIndex());
      case SETTING_CHANGED -> interventions.add(event.getSettingChanged());
      case PLAN_DECIDED -> {
        if (event.getPlanDecided().getApproved()) {
          interventions.approve(event.getPlanDecided().getStageIndex());
        }
      }
      case FAILURE -> failure = event.getFailure();
      case RUN_FINISHED -> {
        over = true;
        summary.setState(event.getRunFinished().getState());
      }
      default -> {}
    }
  }

  /** What was told of later steps and stages is void: it comes again. */
  private void resume(RunResumed from) {
    over = false;
    failure = null;
    int stage = from.getStageIndex();
    summary.setStageIndex(stage);
    finishedStages.removeIf(finished -> finished >= stage);
    lastSteps.keySet().removeIf(later -> later > stage);
    lastSteps.computeIfPresent(stage, (same, step) -> Math.min(step, from.getStep()));
    results.removeIf(later -> later > stage);
  }

  /** What people changed and approved; a resumption does it again. */
  Interventions interventions() {
    return interventions;
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

  /** The last step that the log tells of a stage; 0 if none. */
  synchronized int lastStep(int stage) {
    return lastSteps.getOrDefault(stage, 0);
  }

  /** Whether the log tells what a stage did, to its last step or its result. */
  synchronized boolean tellsAllOf(PreparedStage stage) {
    return stage.totalSteps() > 0
        ? lastStep(stage.index()) == stage.totalSteps()
        : results.contains(stage.index());
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
