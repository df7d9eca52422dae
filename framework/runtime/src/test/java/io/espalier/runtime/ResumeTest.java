package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.DatasetSource;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunResumed;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import io.espalier.runtime.fake.FakeCatalog;
import io.espalier.runtime.fake.FakeDatasetSource;
import io.espalier.runtime.fake.Scenarios;
import io.espalier.runtime.scenario.Scenario;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wherever a run was cut off, it goes on and ends with the same bytes. */
class ResumeTest {
  private static final int TRAIN = 8;
  private static final int PRUNE = 12;

  @TempDir Path folder;

  private Scenario scenario() {
    return Scenarios.of(
        folder,
        Scenarios.train("train", TRAIN),
        Scenarios.prune("prune", PRUNE, 0.6),
        Scenarios.cluster("cluster"));
  }

  /** A whole run that leaves a copy of its folder at each of its steps. */
  private record Recorded(RunFolder whole, List<Path> moments) {}

  private Recorded record(Path runs) {
    List<Path> moments = new ArrayList<>();
    FakeCatalog catalog =
        FakeCatalog.withHook(
            step -> {
              Path moment = folder.resolve("moment-" + moments.size());
              RunProbe.copy(runs, moment);
              moments.add(moment);
            });
    try (Espalier espalier = RunProbe.start(runs, catalog)) {
      RunSummary end = RunProbe.run(espalier, scenario());
      assertThat(end.getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
      return new Recorded(espalier.store().get(end.getRun()), moments);
    }
  }

  /** Resumes the only run of a folder to its end. */
  private static RunFolder resume(Path runs) {
    try (Espalier espalier = RunProbe.start(runs, FakeCatalog.plain())) {
      RunFolder run = espalier.store().list().get(0);
      espalier.resume(run.id());
      RunSummary end = RunProbe.end(espalier, run.id());
      assertThat(end.getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
      return run;
    }
  }

  private static Path result(RunFolder run) {
    return run.checkpoints().resolve("stage-2.model");
  }

  /** What counts after all resumptions: the steps of each stage, as a follower keeps them. */
  private static Map<Integer, List<Integer>> steps(List<RunEvent> events) {
    Map<Integer, List<Integer>> steps = new TreeMap<>();
    for (RunEvent event : events) {
      if (event.hasStep()) {
        steps
            .computeIfAbsent(event.getStep().getStageIndex(), stage -> new ArrayList<>())
            .add(event.getStep().getStep());
      } else if (event.hasRunResumed()) {
        RunResumed from = event.getRunResumed();
        steps.keySet().removeIf(stage -> stage > from.getStageIndex());
        steps
            .getOrDefault(from.getStageIndex(), new ArrayList<>())
            .removeIf(step -> step > from.getStep());
      }
    }
    return steps;
  }

  private static void requireGapFree(List<RunEvent> events) {
    assertThat(events)
        .extracting(RunEvent::getSeq)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, events.size()).boxed().toList());
  }

  private static List<Integer> upTo(int last) {
    return IntStream.rangeClosed(1, last).boxed().toList();
  }

  @Test
  void aRunKilledAtAnyStepEndsWithTheSameBytes() {
    Recorded recorded = record(folder.resolve("runs"));
    assertThat(recorded.moments()).hasSize(TRAIN + PRUNE);
    for (Path moment : recorded.moments()) {
      RunFolder run = resume(moment);
      assertThat(result(run)).hasSameBinaryContentAs(result(recorded.whole()));
      List<RunEvent> events = RunProbe.events(run);
      requireGapFree(events);
      assertThat(steps(events)).isEqualTo(Map.of(0, upTo(TRAIN), 1, upTo(PRUNE)));
      assertThat(events).filteredOn(RunEvent::hasRunResumed).hasSize(1);
    }
  }

  @Test
  void aResumedTrainingGoesOnFromItsLastCheckpoint() {
    Recorded recorded = record(folder.resolve("runs"));
    RunFolder run = resume(recorded.moments().get(TRAIN + 9));
    List<RunEvent> events = RunProbe.events(run);
    RunEvent resumed = events.stream().filter(RunEvent::hasRunResumed).findFirst().orElseThrow();
    assertThat(resumed.getRunResumed().getStageIndex()).isEqualTo(1);
    assertThat(resumed.getRunResumed().getStep()).isEqualTo(8);
    List<RunEvent> after = events.subList(resumed.getSeq(), events.size());
    assertThat(after)
        .filteredOn(RunEvent::hasStep)
        .extracting(event -> event.getStep().getStep())
        .containsExactly(9, 10, 11, 12);
    assertThat(after)
        .filteredOn(
            event -> event.hasLayerSparsity() && event.getLayerSparsity().getStageIndex() == 1)
        .extracting(event -> event.getLayerSparsity().getStep())
        .containsExactly(12);
    assertThat(after)
        .filteredOn(event -> event.hasStep())
        .allMatch(event -> event.getStep().getSparsity() > 0.59);
  }

  /** Runs a scenario, then resumes copies of it whose logs were cut before some events. */
  private void cut(
      Scenario scenario, Predicate<RunEvent> before, BiConsumer<RunFolder, RunFolder> check)
      throws IOException {
    RunFolder whole;
    try (Espalier espalier = RunProbe.start(folder.resolve("runs"), FakeCatalog.plain())) {
      whole = espalier.store().get(RunProbe.run(espalier, scenario).getRun());
    }
    for (RunEvent event : RunProbe.events(whole)) {
      if (before.test(event)) {
        Path runs = folder.resolve("cut-" + event.getSeq());
        RunFolder run = new RunFolder(runs.resolve(whole.id()));
        RunProbe.copy(whole.root(), run.root());
        cutBefore(run, event.getSeq());
        resume(runs);
        requireGapFree(RunProbe.events(run));
        check.accept(whole, run);
      }
    }
  }

  @Test
  void aLogThatLostItsTailResumesToTheSameBytesAndTheWholeStory() throws IOException {
    cut(
        Scenarios.of(
            folder,
            Scenarios.train("train", TRAIN),
            Scenarios.evaluate("evaluate"),
            Scenarios.prune("prune", PRUNE, 0.6),
            Scenarios.cluster("cluster")),
        event -> true,
        (whole, run) -> {
          List<RunEvent> events = RunProbe.events(run);
          assertThat(run.checkpoints().resolve("stage-3.model"))
              .hasSameBinaryContentAs(whole.checkpoints().resolve("stage-3.model"));
          assertThat(events.get(0).hasRunStarted()).isTrue();
          assertThat(steps(events)).isEqualTo(Map.of(0, upTo(TRAIN), 2, upTo(PRUNE)));
          assertThat(finishedStages(events)).containsExactlyInAnyOrder(0, 1, 2, 3);
          assertThat(events).filteredOn(RunEvent::hasMetric).hasSizeGreaterThan(2);
        });
  }

  @Test
  void anExportThatTheLogForgotIsDoneAgain() throws IOException {
    cut(
        Scenarios.of(folder, Scenarios.prune("prune", PRUNE, 0.6), Scenarios.export("small")),
        RunEvent::hasExported,
        (whole, run) -> {
          assertThat(run.model("small")).hasSameBinaryContentAs(whole.model("small"));
          assertThat(RunProbe.events(run)).filteredOn(RunEvent::hasExported).hasSize(1);
          assertThat(run.reportMarkdown()).exists();
        });
  }

  private static List<Integer> finishedStages(List<RunEvent> events) {
    return events.stream()
        .filter(RunEvent::hasStageFinished)
        .map(event -> event.getStageFinished().getIndex())
        .distinct()
        .toList();
  }

  @Test
  void aStageWhoseEndTheLogMissesIsNotDoneAgain() throws IOException {
    Recorded recorded = record(folder.resolve("runs"));
    List<RunEvent> whole = RunProbe.events(recorded.whole());
    int missing =
        whole.stream()
            .filter(e -> e.hasStageFinished() && e.getStageFinished().getIndex() == 0)
            .findFirst()
            .orElseThrow()
            .getSeq();
    Path runs = recorded.moments().get(TRAIN);
    RunFolder run = new RunStore(runs).list().get(0);
    cutBefore(run, missing);
    resume(runs);
    List<RunEvent> events = RunProbe.events(run);
    assertThat(events.get(missing - 1).getStageFinished().getIndex()).isZero();
    assertThat(events.get(missing).getRunResumed().getStageIndex()).isEqualTo(1);
    assertThat(steps(events)).isEqualTo(Map.of(0, upTo(TRAIN), 1, upTo(PRUNE)));
  }

  private static void cutBefore(RunFolder run, int seq) throws IOException {
    long bytes = 0;
    for (RunEvent event : RunProbe.events(run).subList(0, seq - 1)) {
      bytes += EventRecord.encode(event).length;
    }
    try (FileChannel log = FileChannel.open(run.events(), StandardOpenOption.WRITE)) {
      log.truncate(bytes);
    }
  }

  @Test
  void aRunMayBeCutOffAgainAndAgain() {
    Path runs = folder.resolve("runs");
    AtomicInteger calls = new AtomicInteger();
    FakeCatalog catalog =
        FakeCatalog.withHook(
            step -> {
              if (calls.incrementAndGet() % 5 == 0) {
                throw new IllegalStateException("the power is off");
              }
            });
    String id;
    int attempts = 1;
    try (Espalier espalier = RunProbe.start(runs, catalog)) {
      id = espalier.submit(scenario());
      while (RunProbe.end(espalier, id).getState() != RunState.RUN_STATE_SUCCEEDED) {
        espalier.resume(id);
        attempts++;
      }
    }
    assertThat(attempts).isBetween(4, 20);
    RunFolder run = new RunStore(runs).get(id);
    RunFolder whole = record(folder.resolve("whole")).whole();
    assertThat(result(run)).hasSameBinaryContentAs(result(whole));
    assertThat(steps(RunProbe.events(run))).isEqualTo(Map.of(0, upTo(TRAIN), 1, upTo(PRUNE)));
  }

  @Test
  void exportedFilesOfAResumedRunAreTheSame() {
    Scenario scenario =
        Scenarios.of(folder, Scenarios.prune("prune", PRUNE, 0.6), Scenarios.export("small"));
    AtomicInteger calls = new AtomicInteger();
    FakeCatalog catalog =
        FakeCatalog.withHook(
            step -> {
              if (calls.incrementAndGet() == 10) {
                throw new IllegalStateException("the power is off");
              }
            });
    try (Espalier espalier = RunProbe.start(folder.resolve("runs"), catalog)) {
      String cut = espalier.submit(scenario);
      assertThat(RunProbe.end(espalier, cut).getState()).isEqualTo(RunState.RUN_STATE_FAILED);
      espalier.resume(cut);
      assertThat(RunProbe.end(espalier, cut).getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
      String whole = RunProbe.run(espalier, scenario).getRun();
      assertThat(espalier.store().get(cut).model("small"))
          .hasSameBinaryContentAs(espalier.store().get(whole).model("small"));
      assertThat(espalier.store().get(cut).reportMarkdown()).exists();
      assertThat(RunProbe.await(espalier.failure(cut))).isEmpty();
    }
  }

  @Test
  void aRunLeftByItsProcessIsInterrupted() {
    Recorded recorded = record(folder.resolve("runs"));
    Path runs = recorded.moments().get(3);
    try (Espalier espalier = RunProbe.start(runs, FakeCatalog.plain())) {
      String id = recorded.whole().id();
      assertThat(RunProbe.end(espalier, id).getState()).isEqualTo(RunState.RUN_STATE_INTERRUPTED);
    }
  }

  @Test
  void theModelFileMayBeGone() throws IOException {
    Recorded recorded = record(folder.resolve("runs"));
    Files.delete(folder.resolve("two-layers.onnx"));
    RunFolder run = resume(recorded.moments().get(1));
    assertThat(result(run)).hasSameBinaryContentAs(result(recorded.whole()));
  }

  @Test
  void aFinishedRunIsNotResumed() {
    Recorded recorded = record(folder.resolve("runs"));
    assertRefused(recorded.whole(), FakeCatalog.plain(), FailureCode.USAGE, "has succeeded");
  }

  @Test
  void aRunThatIsOnElsewhereIsNotResumed() {
    Recorded recorded = record(folder.resolve("runs"));
    RunFolder run = new RunStore(recorded.moments().get(5)).list().get(0);
    try (EventLog held = EventLog.open(run.events(), run.id())) {
      assertThat(held.lastSeq()).isPositive();
      assertRefused(run, FakeCatalog.plain(), FailureCode.USAGE, "in another process");
    }
  }

  @Test
  void anotherDataSetIsRefused() {
    Recorded recorded = record(folder.resolve("runs"));
    FakeCatalog other =
        FakeCatalog.plain()
            .with(
                DatasetSource.class,
                FakeDatasetSource.ID,
                () -> new FakeDatasetSource("beef", () -> {}));
    RunFolder run = new RunStore(recorded.moments().get(5)).list().get(0);
    assertRefused(run, other, FailureCode.DATA, "beef");
  }

  private static void assertRefused(
      RunFolder run, FakeCatalog catalog, FailureCode code, String message) {
    Path runs = run.root().resolveSibling("");
    try (Espalier espalier = RunProbe.start(runs, catalog)) {
      assertThatThrownBy(() -> espalier.resume(run.id()))
          .isInstanceOfSatisfying(
              EspalierException.class, e -> assertThat(e.code()).isEqualTo(code))
          .hasMessageContaining(run.id())
          .hasMessageContaining(message);
    }
  }
}
