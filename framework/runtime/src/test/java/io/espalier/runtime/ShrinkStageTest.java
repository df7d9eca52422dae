package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.api.Shape;
import io.espalier.core.OnnxFormat;
import io.espalier.core.TrainableParameters;
import io.espalier.proto.ChannelsCut;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import io.espalier.runtime.fake.FakeCatalog;
import io.espalier.runtime.fake.FakeModels;
import io.espalier.runtime.fake.Scenarios;
import io.espalier.runtime.scenario.Scenario;
import io.espalier.runtime.scenario.ShrinkSettings;
import io.espalier.runtime.scenario.StageSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  @Test
  void tellsWhatWasCut() {
    List<ChannelsCut> cuts = new ArrayList<>();
    EventLogReader.forEach(
        run(Scenarios.shrink("cut", Map.of())).events(),
        event -> {
          if (event.getEventCase() == RunEvent.EventCase.CHANNELS_CUT) {
            cuts.add(event.getChannelsCut());
          }
        });

    assertThat(cuts).hasSize(1);
    assertThat(cuts.get(0).getGroups(0).getTensor()).isEqualTo("first.weight");
    assertThat(cuts.get(0).getGroups(0).getBefore()).isEqualTo(10);
    assertThat(cuts.get(0).getGroups(0).getAfter()).isEqualTo(5);
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
  void reachesAShareOfTheParameters() {
    Model model = shrunk(Map.of("of", "parameters", "sparsity", 0.6));

    long before = TrainableParameters.count(FakeModels.twoLayers());
    assertThat(TrainableParameters.count(model)).isLessThanOrEqualTo((long) (before * 0.4));
    assertThat(model.tensor("first.bias").size()).isEqualTo(3);
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
  void refusesANameThatNoLayerHas() {
    RunSummary end = end(Scenarios.shrink("cut", Map.of("protectInputs", List.of("third*"))));

    assertThat(message(end)).contains("protectInputs: \"third*\" matches no layer");
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
    double first = stages.get(0).settings().get(ShrinkSettings.SPARSITY);
    double second = stages.get(2).settings().get(ShrinkSettings.SPARSITY);
    assertThat((1 - first) * (1 - second)).isEqualTo(0.5);
  }

  @Test
  void refusesAFileThatIsNoPlan() {
    assertThatThrownBy(() -> PlanFiles.read(folder.resolve("none.json")))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("none.json");
  }
}
