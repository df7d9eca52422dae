package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.ParameterException;
import io.espalier.core.OnnxFormat;
import io.espalier.proto.Exported;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import io.espalier.proto.tensorboard.Event;
import io.espalier.proto.tensorboard.Summary;
import io.espalier.runtime.fake.FakeCatalog;
import io.espalier.runtime.fake.FakeFineTuner;
import io.espalier.runtime.fake.FakeModels;
import io.espalier.runtime.fake.FakePruner;
import io.espalier.runtime.fake.Scenarios;
import io.espalier.runtime.scenario.Scenario;
import io.espalier.runtime.scenario.StageKind;
import io.espalier.runtime.scenario.StageKind.Role;
import io.espalier.runtime.scenario.StageSpec;
import io.espalier.runtime.scenario.Use;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms of a prune stage, and what can be set of it. */
class PruneFormsTest {
  private final Path folder;
  private final Espalier espalier;

  PruneFormsTest(@TempDir Path folder) {
    this.folder = folder;
    this.espalier = RunProbe.start(folder.resolve("runs"), FakeCatalog.plain());
  }

  @AfterEach
  void close() {
    espalier.close();
  }

  private RunFolder run(StageSpec... stages) {
    RunSummary end = RunProbe.run(espalier, Scenarios.of(folder, stages));
    assertThat(end.getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    return espalier.store().get(end.getRun());
  }

  private Model pruned(Map<String, Object> settings) {
    return new OnnxFormat()
        .read(run(Scenarios.pruneAtOnce("cut", settings), Scenarios.export("out")).model("out"));
  }

  private static long zeros(Model model, String tensor) {
    long zeros = 0;
    for (float value : model.tensor(tensor).toFloatArray()) {
      zeros += value == 0 ? 1 : 0;
    }
    return zeros;
  }

  @Test
  void prunesAtOnceWithoutTraining() {
    Model model = pruned(Map.of("sparsity", 0.5));

    assertThat(zeros(model, "first.weight")).isEqualTo(40);
    assertThat(zeros(model, "second.weight")).isEqualTo(15);
    assertThat(zeros(model, "first.bias")).isZero();
  }

  @Test
  void sparsityZeroChangesNothing() {
    assertThat(pruned(Map.of("sparsity", 0)).tensors()).isEqualTo(FakeModels.twoLayers().tensors());
  }

  @Test
  void layersCanHaveTargetsOfTheirOwnOrStayOut() {
    Model model =
        pruned(
            Map.of(
                "sparsity",
                0.5,
                "layers",
                List.of(Map.of("op_names", List.of("first"), "sparsity", 0.9))));

    assertThat(zeros(model, "first.weight")).isEqualTo(72);
    assertThat(zeros(model, "second.weight")).isZero();
  }

  @Test
  void biasesCanBePrunedWithAWarning() {
    RunFolder run =
        run(Scenarios.pruneAtOnce("cut", Map.of("sparsity", 0.5, "weights", List.of("*.bias"))));

    assertThat(RunProbe.events(run))
        .filteredOn(RunEvent::hasLog)
        .extracting(event -> event.getLog().getMessage())
        .anyMatch(message -> message.contains("first.bias") && message.contains("accuracy"));
  }

  @Test
  void aPatternIsItsOwnTarget() {
    Model model = pruned(Map.of("sparsityMByN", List.of(2, 4), "layers", firstOnly()));

    float[] values = model.tensor("first.weight").toFloatArray();
    for (int output = 0; output < 10; output++) {
      for (int run = 0; run < 8; run += 4) {
        int zeros = 0;
        for (int input = run; input < run + 4; input++) {
          zeros += values[input * 10 + output] == 0 ? 1 : 0;
        }
        assertThat(zeros).isEqualTo(2);
      }
    }
  }

  @Test
  void blocksGoAsOne() {
    Model model =
        pruned(Map.of("sparsity", 0.5, "block_size", List.of(2, 5), "layers", firstOnly()));

    assertThat(zeros(model, "first.weight")).isEqualTo(40);
  }

  private static List<Map<String, Object>> firstOnly() {
    return List.of(Map.of("opNames", List.of("first")));
  }

  @Test
  void whatWasMaskedBeforeStaysMasked() {
    RunFolder run =
        run(
            Scenarios.pruneAtOnce("cut", Map.of("sparsity", 0.8)),
            Scenarios.pruneAtOnce("less", Map.of("sparsity", 0.5)),
            Scenarios.export("out"));

    assertThat(zeros(new OnnxFormat().read(run.model("out")), "first.weight")).isEqualTo(64);
  }

  @Test
  void theRequestedShareCountsWhatWasSelected() {
    RunFolder run =
        run(
            Scenarios.pruneAtOnce("cut", Map.of("sparsity", 0.5, "layers", firstOnly())),
            Scenarios.export("out"));

    assertThat(RunProbe.events(run))
        .filteredOn(RunEvent::hasExported)
        .extracting(RunEvent::getExported)
        .extracting(Exported::getRequestedSparsity)
        .containsExactly(40.0 / 110);
  }

  private void assertRefused(StageSpec stage, String message) {
    assertThatThrownBy(() -> espalier.submit(Scenarios.of(folder, stage)))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.USAGE))
        .hasMessageContaining(message);
  }

  @Test
  void whatMakesNoSenseIsRefusedBeforeTheRunBegins() {
    assertRefused(
        Scenarios.pruneAtOnce("cut", Map.of("sparsity", 0.5, "block_size", List.of(9, 1))),
        "stages[0].blockSize: a block of 9x1 is larger than the weight");
    assertRefused(
        Scenarios.pruneAtOnce("cut", Map.of("sparsityMByN", List.of(4, 2))),
        "stages[0].sparsityMByN: 4 of every 2 cannot go");
    assertRefused(
        Scenarios.pruneAtOnce("cut", Map.of("sparsityMByN", List.of(2, 4), "sparsity", 0.6)),
        "stages[0].sparsity: 0.6 is not allowed: 2 of every 4 is 0.5");
    assertRefused(Scenarios.pruneAtOnce("cut", Map.of()), "stages[0].sparsity: is missing");
    assertRefused(
        Scenarios.pruneAtOnce(
            "cut", Map.of("sparsity", 0.5, "layers", List.of(Map.of("opNames", List.of("third"))))),
        "stages[0].layers[0] matches no layer (the model has: first, second)");
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, -0.1, Double.NaN})
  void noShareOfWeightsIsRefused(double sparsity) {
    assertThatThrownBy(() -> Scenarios.pruneAtOnce("cut", Map.of("sparsity", sparsity)))
        .isInstanceOf(ParameterException.class)
        .hasMessage("sparsity: " + sparsity + " is not allowed (allowed: number, 0 to below 1)");
  }

  @Test
  void aFineTunerWithoutASchedulerIsRefused() {
    assertRefused(
        new StageSpec(
            "cut",
            StageKind.PRUNE,
            Map.of(
                Role.PRUNER,
                Use.of(FakePruner.ID),
                Role.FINE_TUNER,
                new Use(FakeFineTuner.ID, Map.of("steps", 4)))),
        "stages[0].scheduler: is missing");
  }

  @Test
  void summariesOfLayersAreLoggedForTensorBoardOnRequest() throws IOException {
    StageSpec prune = Scenarios.prune("cut", 12, 0.5);
    RunFolder run =
        run(
            new StageSpec(
                prune.name(), prune.kind(), prune.uses(), Map.of("pruningSummaries", true)));

    List<Event> events =
        ScalarLogTest.read(
            run.tensorboard().resolve("cut/events.out.tfevents.0000000000.espalier"));
    assertThat(events.get(events.size() - 1).getSummary().getValueList())
        .anySatisfy(
            value -> {
              assertThat(value.getTag()).isEqualTo("first/sparsity");
              assertThat(value.getSimpleValue()).isEqualTo(0.5f);
            })
        .extracting(Summary.Value::getTag)
        .contains("second/threshold", "second/norm");
    assertThat(run(Scenarios.prune("cut", 12, 0.5)).tensorboard()).doesNotExist();
  }

  @Test
  void roundsStandForStagesThatPruneAndTrain() {
    Scenario scenario =
        Scenario.parse(
            """
            name: rounds
            dataset: digits
            model: {builder: tutorial-cnn}
            stages:
              - name: ticket
                kind: prune
                pruner: lottery-ticket
                fineTuner: jvm
                sparsity: 0.875
                rounds: 3
                rewindTo: start
            """,
            "s.yaml",
            Path.of("/"));

    assertThat(scenario.stages())
        .extracting(StageSpec::name)
        .containsExactly(
            "ticket-1",
            "ticket-1-train",
            "ticket-2",
            "ticket-2-train",
            "ticket-3",
            "ticket-3-train");
    assertThat(scenario.stages().get(0).given()).containsEntry("sparsity", 0.5);
    assertThat(scenario.stages().get(2).given()).containsEntry("sparsity", 0.75);
    assertThat(scenario.stages().get(4).given())
        .containsEntry("sparsity", 0.875)
        .containsEntry("towards", 0.875)
        .containsEntry("rewindTo", "start");
    assertThat(Scenario.parse(scenario.toJson(), "s", Path.of("/"))).isEqualTo(scenario);
  }
}
