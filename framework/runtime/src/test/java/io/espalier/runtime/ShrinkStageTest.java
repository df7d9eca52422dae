package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.api.Shape;
import io.espalier.core.OnnxFormat;
import io.espalier.core.TrainableParameters;
import io.espalier.proto.ChannelsCut;
import io.espalier.proto.CutLayer;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import io.espalier.runtime.fake.FakeCatalog;
import io.espalier.runtime.fake.FakeModels;
import io.espalier.runtime.fake.Scenarios;
import io.espalier.runtime.scenario.Scenario;
import io.espalier.runtime.scenario.ShrinkSettings;
import io.espalier.runtime.scenario.StageKind.Role;
import io.espalier.runtime.scenario.StageSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stage that takes channels out, on a network of 8, 10 and 3 values. */
class ShrinkStageTest {
  private final Path folder;
  private final Espalier espalier;

  ShrinkStageTest(@TempDir Path folder) {
    this.folder = folder;
    this.espalier = RunProbe.start(folder.resolve("runs"), FakeCatalog.plain());
  }

  @AfterEach
  void close() {
    espalier.close();
  }

  private RunSummary end(StageSpec... stages) {
    return RunProbe.run(espalier, Scenarios.of(folder, stages));
  }

  private RunFolder run(StageSpec... stages) {
    RunSummary end = end(stages);
    assertThat(end.getState()).as(message(end)).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    return espalier.store().get(end.getRun());
  }

  /** What the run's log says of its failure; empty if there was none. */
  private String message(RunSummary end) {
    StringBuilder message = new StringBuilder();
    EventLogReader.forEach(
        espalier.store().get(end.getRun()).events(),
        event -> message.append(event.getFailure().getMessage()));
    return message.toString();
  }

  private static Model exported(RunFolder run) {
    return new OnnxFormat().read(run.model("out"));
  }

  private Model shrunk(Map<String, Object> settings) {
    return exported(run(Scenarios.shrink("cut", settings), Scenarios.export("out")));
  }

  @Test
  void takesHalfOfTheHiddenChannels() {
    Model model = shrunk(Map.of());

    assertThat(model.tensor("first.weight").shape()).isEqualTo(Shape.of(8, 5));
    assertThat(model.tensor("first.bias").shape()).isEqualTo(Shape.of(5));
    assertThat(model.tensor("second.weight").shape()).isEqualTo(Shape.of(5, 3));
  }

  @Test
  void goesOnWithTrainingMaskingAndClustering() {
    RunFolder run =
        run(
            Scenarios.shrink("cut", Map.of("sparsity", 0.3)),
            Scenarios.fineTune("tune", 6),
            Scenarios.pruneAtOnce("mask", Map.of("sparsity", 0.5)),
            Scenarios.cluster("share"),
            Scenarios.export("out"));

    assertThat(exported(run).tensor("first.weight").shape()).isEqualTo(Shape.of(8, 7));
  }

  @Test
  void cutsMasksWithTheChannels() {
    RunFolder run =
        run(
            Scenarios.pruneAtOnce("mask", Map.of("sparsity", 0.5)),
            Scenarios.shrink("cut", Map.of("sparsity", 0.3)),
            Scenarios.fineTune("tune", 6),
            Scenarios.export("out"));

    assertThat(exported(run).tensor("first.weight").shape()).isEqualTo(Shape.of(8, 7));
  }

  private static List<ChannelsCut> cuts(RunFolder run) {
    List<ChannelsCut> cuts = new ArrayList<>();
    EventLogReader.forEach(
        run.events(),
        event -> {
          if (event.getEventCase() == RunEvent.EventCase.CHANNELS_CUT) {
            cuts.add(event.getChannelsCut());
          }
        });
    return cuts;
  }

  @Test
  void tellsWhatWasCut() {
    List<ChannelsCut> cuts = cuts(run(Scenarios.shrink("cut", Map.of())));

    assertThat(cuts).hasSize(1);
    assertThat(cuts.get(0).getGroups(0).getTensor()).isEqualTo("first.weight");
    assertThat(cuts.get(0).getGroups(0).getBefore()).isEqualTo(10);
    assertThat(cuts.get(0).getGroups(0).getAfter()).isEqualTo(5);
    assertThat(cuts.get(0).getGroups(0).getGroup()).isEqualTo("first");
    assertThat(cuts.get(0).getGroups(0).getRemovedCount()).isEqualTo(5);
    assertThat(cuts.get(0).getGroups(0).getReadByList()).containsExactly("second");
    assertThat(cuts.get(0).getLayersList())
        .extracting(CutLayer::getLayer, CutLayer::getInputsAfter, CutLayer::getOutputsAfter)
        .containsExactly(tuple("first", 8, 5), tuple("second", 5, 3));
    assertThat(cuts.get(0).getLayers(1).getMacsBefore()).isEqualTo(30);
    assertThat(cuts.get(0).getLayers(1).getMacsAfter()).isEqualTo(15);
    assertThat(cuts.get(0).getFrozen(0).getGroup()).isEqualTo("second");
    assertThat(cuts.get(0).getFrozen(0).getReason())
        .contains("outputs of layer 'second' are protected");
    assertThat(cuts.get(0).getParametersBefore()).isEqualTo(123);
    assertThat(cuts.get(0).getParametersAfter()).isEqualTo(63);
  }

  @Test
  void writesAPlanThatCanBeAppliedAgain() {
    RunFolder first = run(Scenarios.shrink("cut", Map.of()), Scenarios.export("out"));

    Plan plan = PlanFiles.read(first.plan("cut"));
    Model replayed = shrunk(Map.of("plan", first.plan("cut").toString()));

    assertThat(plan.author()).isEqualTo("fake-norm");
    assertThat(plan.edits().get(0)).isInstanceOf(Edit.RemoveChannels.class);
    assertThat(new OnnxFormat().bytes(replayed)).isEqualTo(new OnnxFormat().bytes(exported(first)));
  }

  @Test
  void tellsOfAStoredPlanWhatStaysAndWhy() {
    RunFolder first = run(Scenarios.shrink("cut", Map.of()));
    Map<String, Object> again =
        Map.of("plan", first.plan("cut").toString(), "protect_outputs", List.of("first"));

    ChannelsCut replayed = cuts(run(Scenarios.shrink("cut", again))).get(0);

    assertThat(replayed.getFrozenList()).isEqualTo(cuts(first).get(0).getFrozenList());
    assertThat(replayed.getGroups(0).getGroup()).isEqualTo("first");
  }

  @Test
  void reachesAShareOfTheParameters() {
    Model model = shrunk(Map.of("of", "parameters", "sparsity", 0.6));

    long before = TrainableParameters.count(FakeModels.twoLayers());
    assertThat(TrainableParameters.count(model)).isLessThanOrEqualTo((long) (before * 0.4));
    assertThat(model.tensor("first.bias").size()).isEqualTo(3);
  }

  /** The first share of channels that is tried is more than can go. */
  @ParameterizedTest
  @ValueSource(strings = {"dependency_aware", "global", "isomorphic", "normal"})
  void reachesAShareOfTheMacsWhateverCompetes(String mode) {
    Model model = shrunk(Map.of("of", "macs", "sparsity", 0.5, "mode", mode, "minChannels", 2));

    assertThat(model.tensor("first.bias").size()).isEqualTo(5);
  }

  @Test
  void saysWhatIsPossibleWhereTheTargetIsNot() {
    RunSummary end = end(Scenarios.shrink("cut", Map.of("of", "macs", "sparsity", 0.95)));

    assertThat(end.getState()).isEqualTo(RunState.RUN_STATE_FAILED);
    assertThat(message(end)).contains("95.0 % of the macs are to go, but at most 90.0 % can");
  }

  @Test
  void saysWhyNothingCanGo() {
    RunSummary end = end(Scenarios.shrink("cut", Map.of("protect_outputs", List.of("first"))));

    assertThat(message(end))
        .contains("no channel can go", "the outputs of layer 'first' are protected");
  }

  @Test
  void takesOtherToolsListsOfLayers() {
    Model model =
        shrunk(
            Map.of(
                "layers",
                List.of(Map.of("sparsity_per_layer", 0.2, "op_types", List.of("Linear")))));

    assertThat(model.tensor("first.bias").size()).isEqualTo(8);
  }

  @Test
  void takesTheNamesOfTheTutorials() {
    String text =
        """
        name: tutorial
        dataset: fake-data
        model: {builder: mlp}
        stages:
          - name: cut
            kind: shrink
            pruner_type: fake_norm
            config_list: [{total_sparsity: 0.15, op_types: [Conv2d, Linear]}]
            training_steps: 92
            activation: relu
            mode: dependency_aware
            exclude_last_layer: true
        """;

    StageSpec stage = Scenario.parse(text, "text", folder).stages().get(0);

    assertThat(stage.use(Role.CHANNEL_PRUNER).orElseThrow().id()).isEqualTo("fake_norm");
    assertThat(stage.settings().get(ShrinkSettings.SAMPLES)).isEqualTo(92);
    assertThat(ShrinkSettings.selection(stage).select(FakeModels.twoLayers()).layers())
        .allSatisfy(
            choice -> assertThat(choice.entry().orElseThrow().totalSparsity()).contains(0.15));
  }

  @Test
  void refusesANameThatNoLayerHas() {
    assertThatThrownBy(
            () -> end(Scenarios.shrink("cut", Map.of("protectInputs", List.of("third*")))))
        .hasMessageContaining("protectInputs: \"third*\" matches no layer");
  }

  @Test
  void refusesAPlanThatIsNotThereBeforeItTrains() {
    assertThatThrownBy(
            () ->
                end(
                    Scenarios.train("train", 6),
                    Scenarios.shrink("cut", Map.of("plan", folder.resolve("no.json").toString()))))
        .hasMessageContaining("no.json");
  }

  @Test
  void goesInRoundsThatEndAtItsShare() {
    String text =
        """
        name: rounds
        dataset: fake-data
        model: {builder: mlp}
        stages:
          - name: cut
            kind: shrink
            channelPruner: fake-norm
            sparsity: 0.5
            rounds: 2
            roundSchedule: linear
            fineTuner: {id: fake-walk, parameters: {steps: 3}}
        """;

    List<StageSpec> stages = Scenario.parse(text, "text", folder).stages();

    assertThat(stages)
        .extracting(StageSpec::name)
        .containsExactly("cut-1", "cut-1-train", "cut-2", "cut-2-train");
    assertThat(stages.get(0).settings().get(ShrinkSettings.SPARSITY)).isEqualTo(0.25);
    assertThat(stages.get(2).settings().get(ShrinkSettings.SPARSITY)).isEqualTo(0.5);
  }

  /** Linear rounds to a quarter of 10 channels leave 9, 9, 8 and 8: 7.5 rounds to even. */
  @ParameterizedTest
  @ValueSource(strings = {"dependency_aware", "global", "normal"})
  void roundsEndWithTheChannelsThatOneCutWouldLeave(String mode) {
    List<StageSpec> stages = new ArrayList<>();
    for (int round = 1; round <= 4; round++) {
      stages.add(
          Scenarios.shrink(
              "cut-" + round,
              Map.of("sparsity", 0.25 * round / 4, "since", "cut-1", "mode", mode)));
    }
    stages.add(Scenarios.export("out"));

    Model model = exported(run(stages.toArray(StageSpec[]::new)));

    assertThat(model.tensor("first.bias").size()).isEqualTo(8);
  }

  @Test
  void refusesToCountFromAStageThatIsNotThere() {
    RunSummary end = end(Scenarios.shrink("cut", Map.of("since", "later")));

    assertThat(message(end)).contains("stages[0].since", "\"later\" is no stage before this one");
  }

  private static double given(StageSpec stage, int entry, String key) {
    List<?> layers = (List<?>) Optional.ofNullable(stage.given().get("layers")).orElseThrow();
    Map<?, ?> own = (Map<?, ?>) layers.get(entry);
    return (double) Optional.<Object>ofNullable(own.get(key)).orElseThrow();
  }

  @Test
  void takesSharesOfLayersInRoundsToo() {
    String text =
        """
        name: rounds
        dataset: fake-data
        model: {builder: mlp}
        stages:
          - name: cut
            kind: shrink
            channelPruner: fake-norm
            sparsity: 0.5
            of: macs
            max_sparsity_per_layer: 0.75
            layers:
              - {op_names: [first], sparsity_per_layer: 0.3}
              - {op_types: [Gemm], total_sparsity: 0.6, max_sparsity_per_layer: 1}
            rounds: 3
            fineTuner: {id: fake-walk, parameters: {steps: 3}}
        """;

    List<StageSpec> stages = Scenario.parse(text, "text", folder).stages();

    double[] left = {1, 1, 1};
    for (int round = 0; round < 3; round++) {
      StageSpec stage = stages.get(2 * round);
      left[0] *= 1 - given(stage, 0, "sparsity_per_layer");
      left[1] *= 1 - given(stage, 1, "total_sparsity");
      left[2] *= 1 - stage.settings().get(ShrinkSettings.MAX_SPARSITY_PER_LAYER);
      assertThat(given(stage, 1, "max_sparsity_per_layer")).isEqualTo(1.0);
    }
    assertThat(left[0]).isCloseTo(0.7, within(1e-9));
    assertThat(left[1]).isCloseTo(0.4, within(1e-9));
    assertThat(left[2]).isCloseTo(0.25, within(1e-9));
  }

  @Test
  void refusesAFileThatIsNoPlan(@TempDir Path other) throws IOException {
    Path empty = Files.writeString(other.resolve("empty.json"), "{}");

    assertThatThrownBy(() -> PlanFiles.read(empty))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("empty.json is no plan");
    assertThatThrownBy(() -> PlanFiles.read(folder.resolve("none.json")))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("none.json");
  }
}
