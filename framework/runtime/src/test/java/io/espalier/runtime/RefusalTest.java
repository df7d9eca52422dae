package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.DatasetSource;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.ReadEvents;
import io.espalier.proto.RunRef;
import io.espalier.proto.SubmitRun;
import io.espalier.runtime.fake.FakeCatalog;
import io.espalier.runtime.fake.FakeDatasetSource;
import io.espalier.runtime.fake.FakePruner;
import io.espalier.runtime.fake.FakeScheduler;
import io.espalier.runtime.fake.Scenarios;
import io.espalier.runtime.scenario.ModelSource;
import io.espalier.runtime.scenario.Scenario;
import io.espalier.runtime.scenario.StageSpec;
import io.espalier.runtime.scenario.Use;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be done is refused before anything is started. */
class RefusalTest {
  @TempDir Path folder;
  private final AtomicInteger opened = new AtomicInteger();
  private final FakeCatalog catalog =
      FakeCatalog.plain()
          .with(
              DatasetSource.class,
              FakeDatasetSource.ID,
              () -> new FakeDatasetSource("f00d", opened::incrementAndGet));
  private final Espalier espalier = RunProbe.start(Path.of("build-nothing-here"), catalog);

  @AfterEach
  void close() {
    espalier.close();
  }

  private EspalierException refusal(Scenario scenario) {
    try {
      espalier.submit(scenario);
    } catch (EspalierException e) {
      assertThat(espalier.store().root()).doesNotExist();
      return e;
    }
    throw new AssertionError("not refused");
  }

  private StageSpec pruneWith(Use pruner, Use scheduler) {
    return Scenarios.prune("prune", 12, pruner, scheduler);
  }

  @Test
  void aMissingExtensionIsNamedWithItsPlace() {
    EspalierException refusal =
        refusal(
            Scenarios.of(
                folder,
                Scenarios.train("train", 2),
                pruneWith(Use.of("nowhere"), Use.of(FakeScheduler.ID))));
    assertThat(refusal.code()).isEqualTo(FailureCode.PLUGIN);
    assertThat(refusal).hasMessageContaining("stages[1].pruner: ").hasMessageContaining("nowhere");
  }

  @Test
  void aParameterOutOfRangeIsNamedWithItsPlace() {
    EspalierException refusal =
        refusal(
            Scenarios.of(
                folder,
                Scenarios.train("train", 2),
                pruneWith(
                    Use.of(FakePruner.ID), new Use(FakeScheduler.ID, Map.of("sparsity", 1.5)))));
    assertThat(refusal.code()).isEqualTo(FailureCode.USAGE);
    assertThat(refusal)
        .hasMessage(
            "stages[1].scheduler.parameters.sparsity: 1.5 is not allowed (allowed: number, 0 to"
                + " below 1)");
  }

  @Test
  void aScheduleThatDoesNotFitTheTrainingIsNamedWithItsPlace() {
    EspalierException refusal =
        refusal(
            Scenarios.of(
                folder,
                Scenarios.train("train", 2),
                pruneWith(Use.of(FakePruner.ID), new Use(FakeScheduler.ID, Map.of("end", 5000)))));
    assertThat(refusal.code()).isEqualTo(FailureCode.USAGE);
    assertThat(refusal)
        .hasMessage(
            "stages[1].scheduler.parameters.end: 5000 is not allowed (allowed: up to 12 steps)");
  }

  @Test
  void aScheduleThatEndsShortOfItsSparsityIsRefused() {
    EspalierException refusal =
        refusal(
            Scenarios.of(
                folder,
                pruneWith(
                    Use.of(FakePruner.ID),
                    new Use(FakeScheduler.ID, Map.of("end", 12, "frequency", 5)))));
    assertThat(refusal.code()).isEqualTo(FailureCode.USAGE);
    assertThat(refusal).hasMessageStartingWith("stages[0].scheduler: ");
  }

  @Test
  void theDataSetIsNotOpenedForAScenarioWithASlip() {
    refusal(
        Scenarios.of(
            folder, pruneWith(Use.of(FakePruner.ID), new Use(FakeScheduler.ID, Map.of("ned", 1)))));
    assertThat(opened).hasValue(0);
  }

  @Test
  void anUnknownDataSetParameterIsNamedWithItsPlace() {
    Scenario scenario =
        Scenarios.of(folder, Scenarios.train("train", 2))
            .withDataset(new Use(FakeDatasetSource.ID, Map.of("size", 3)));
    assertThat(refusal(scenario)).hasMessageStartingWith("dataset.parameters.size: ");
  }

  @Test
  void aModelThatDoesNotTakeTheSamplesIsRefused() {
    Scenario scenario = Scenarios.of(folder, Scenarios.train("train", 2));
    EspalierException refusal =
        refusal(
            new Scenario(
                scenario.name(),
                scenario.seed(),
                scenario.dataset(),
                new ModelSource.Builder("tutorial-cnn"),
                scenario.stages()));
    assertThat(refusal.code()).isEqualTo(FailureCode.DATA);
    assertThat(refusal).hasMessageContaining("ten-samples").hasMessageContaining("28");
  }

  @Test
  void aMissingModelFileIsNamed() {
    Scenario scenario = Scenarios.of(folder, Scenarios.train("train", 2));
    Path missing = folder.resolve("missing.onnx");
    EspalierException refusal =
        refusal(
            new Scenario(
                scenario.name(),
                scenario.seed(),
                scenario.dataset(),
                new ModelSource.ModelFile(missing),
                scenario.stages()));
    assertThat(refusal.code()).isEqualTo(FailureCode.IO);
    assertThat(refusal).hasMessageContaining(missing.toString());
    assertThat(opened).hasValue(0);
  }

  @Test
  void aRunsFolderThatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    try (Espalier blocked = RunProbe.start(file, FakeCatalog.plain())) {
      assertThatThrownBy(() -> blocked.submit(Scenarios.of(folder, Scenarios.train("train", 2))))
          .isInstanceOfSatisfying(
              EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.IO))
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void brokenScenariosAreRefusedOnTheBus() {
    assertRefused(
        Addresses.RUN_SUBMIT,
        SubmitRun.newBuilder().setScenario("{\"name\": 3}").build(),
        FailureCode.USAGE);
  }

  @Test
  void unknownRunsAreNotFound() {
    RunRef nobody = RunRef.newBuilder().setRun("nobody").build();
    assertRefused(Addresses.RUN_GET, nobody, FailureCode.NOT_FOUND);
    assertRefused(Addresses.RUN_PAUSE, nobody, FailureCode.NOT_FOUND);
    assertRefused(Addresses.RUN_RESUME, nobody, FailureCode.NOT_FOUND);
    assertRefused(Addresses.RUN_CANCEL, nobody, FailureCode.NOT_FOUND);
    assertRefused(
        Addresses.RUN_EVENTS,
        ReadEvents.newBuilder().setRun("nobody").setLimit(1).build(),
        FailureCode.NOT_FOUND);
  }

  @Test
  void aForeignBodyIsRefused() {
    assertRefused(Addresses.RUN_GET, "r1", FailureCode.USAGE);
  }

  @Test
  void noStepsBetweenCheckpointsAreRefused() {
    Espalier.Options options =
        new Espalier.Options(
            folder,
            catalog,
            folder,
            java.util.Optional.empty(),
            false,
            io.espalier.api.Progress.NONE);
    assertThat(options.checkpointSteps()).isEqualTo(200);
    assertThatThrownBy(() -> options.withCheckpointSteps(0))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("0 steps");
  }

  private void assertRefused(String address, Object body, FailureCode code) {
    assertThatThrownBy(() -> RunProbe.await(espalier.vertx().eventBus().request(address, body)))
        .isInstanceOfSatisfying(EspalierException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
