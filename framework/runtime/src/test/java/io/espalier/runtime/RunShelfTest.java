package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.CloneRun;
import io.espalier.proto.DeleteRun;
import io.espalier.proto.DeletionOffer;
import io.espalier.proto.Empty;
import io.espalier.proto.JsonDocument;
import io.espalier.proto.LayerWeights;
import io.espalier.proto.ListRuns;
import io.espalier.proto.ModelView;
import io.espalier.proto.ReadLayer;
import io.espalier.proto.ReadModel;
import io.espalier.proto.ReadSnapshot;
import io.espalier.proto.RunList;
import io.espalier.proto.RunModels;
import io.espalier.proto.RunRef;
import io.espalier.proto.RunSnapshot;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import io.espalier.proto.ScenarioPreview;
import io.espalier.proto.SubmitRun;
import io.espalier.proto.TagRun;
import io.espalier.runtime.fake.FakeCatalog;
import io.espalier.runtime.fake.Scenarios;
import io.espalier.runtime.scenario.Scenario;
import io.espalier.runtime.scenario.StageKind;
import io.vertx.core.eventbus.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that have ended: found, looked at, tagged, cloned and deleted over the bus. */
class RunShelfTest {
  private static final int STEPS = 12;

  private final Path folder;
  private final Espalier espalier;

  RunShelfTest(@TempDir Path folder) {
    this.folder = folder;
    this.espalier = RunProbe.start(folder.resolve("runs"), FakeCatalog.plain());
  }

  @AfterEach
  void close() {
    espalier.close();
  }

  private Scenario scenario() {
    return Scenarios.of(
        folder, Scenarios.prune("prune", STEPS, 0.5), Scenarios.evaluate("evaluate"));
  }

  private String ended() {
    return RunProbe.run(espalier, scenario()).getRun();
  }

  private <T> T ask(String address, Object body) {
    return RunProbe.await(espalier.vertx().eventBus().<T>request(address, body).map(Message::body));
  }

  private static RunRef ref(String run) {
    return RunRef.newBuilder().setRun(run).build();
  }

  @Test
  void aTaggedRunIsFoundByItsTag() {
    String one = ended();
    ended();

    RunSummary tagged =
        ask(Addresses.RUN_TAG, TagRun.newBuilder().setRun(one).addTags("best so far").build());

    assertThat(tagged.getTagsList()).containsExactly("best so far");
    RunList found = ask(Addresses.RUN_LIST, ListRuns.newBuilder().setSearch("BEST").build());
    assertThat(found.getRunsList()).extracting(RunSummary::getRun).containsExactly(one);
    RunList byTag = ask(Addresses.RUN_LIST, ListRuns.newBuilder().setTag("best").build());
    assertThat(byTag.getRunsList()).isEmpty();
  }

  @Test
  void runsAreFoundByTheirState() {
    ended();

    RunList failed =
        ask(Addresses.RUN_LIST, ListRuns.newBuilder().setState(RunState.RUN_STATE_FAILED).build());

    assertThat(failed.getRunsList()).isEmpty();
  }

  @Test
  void whatIsNoTagIsRefused() {
    String run = ended();

    assertThatThrownBy(
            () -> ask(Addresses.RUN_TAG, TagRun.newBuilder().setRun(run).addTags("<b>").build()))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("'<b>' is no tag");
  }

  @Test
  void aRunIsDeletedWithTheTokenOfAnOffer() {
    String run = ended();
    DeletionOffer offer = ask(Addresses.RUN_OFFER_DELETION, ref(run));

    assertThat(offer.getFiles()).isGreaterThan(3);
    ask(
        Addresses.RUN_DELETE,
        DeleteRun.newBuilder().setRun(run).setToken(offer.getToken()).build());

    assertThat(Files.exists(folder.resolve("runs").resolve(run))).isFalse();
    assertThatThrownBy(() -> ask(Addresses.RUN_GET, ref(run)))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.NOT_FOUND));
  }

  @Test
  void withoutTheTokenARunStays() {
    String run = ended();
    ask(Addresses.RUN_OFFER_DELETION, ref(run));

    assertThatThrownBy(
            () ->
                ask(
                    Addresses.RUN_DELETE,
                    DeleteRun.newBuilder().setRun(run).setToken("guess").build()))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("needs the token");
    assertThat(espalier.store().find(run)).isPresent();
  }

  @Test
  void aCloneIsTheSameScenarioWithAnotherSeed() {
    String run = ended();

    RunSummary clone =
        ask(Addresses.RUN_CLONE, CloneRun.newBuilder().setRun(run).setSeed("7").build());

    RunProbe.end(espalier, clone.getRun());
    assertThat(RunArchive.scenario(espalier.store().get(clone.getRun())))
        .isEqualTo(RunArchive.scenario(espalier.store().get(run)).withSeed(7));
  }

  @Test
  void aPreviewTellsStepsAndUpdatesAndStartsNothing() {
    ScenarioPreview preview =
        ask(Addresses.RUN_PREVIEW, SubmitRun.newBuilder().setScenario(scenario().toJson()).build());

    assertThat(preview.getStages(0).getTotalSteps()).isEqualTo(STEPS);
    assertThat(preview.getStages(0).getUpdatesList())
        .last()
        .satisfies(update -> assertThat(update.getSparsity()).isEqualTo(0.5));
    assertThat(preview.getStages(1).getTotalSteps()).isZero();
    assertThat(espalier.store().list()).isEmpty();
  }

  @Test
  void aSnapshotHasEveryPointOfAShortRun() {
    String run = ended();

    RunSnapshot snapshot =
        ask(Addresses.RUN_SNAPSHOT, ReadSnapshot.newBuilder().setRun(run).build());

    assertThat(snapshot.getCurves().getPoints()).isEqualTo(STEPS);
    assertThat(snapshot.getCurves().getStepList()).hasSize(STEPS).last().isEqualTo(STEPS);
    assertThat(snapshot.getLastSeq()).isEqualTo(RunProbe.events(espalier.store().get(run)).size());
    assertThat(snapshot.getEventsList()).anyMatch(event -> event.hasRunFinished());
  }

  @Test
  void modelsOfARunCanBeLookedAt() {
    String run = ended();

    RunModels models = ask(Addresses.RUN_MODELS, ref(run));
    ModelView pruned =
        ask(Addresses.RUN_MODEL, ReadModel.newBuilder().setRun(run).setStageIndex(0).build());
    LayerWeights weights =
        ask(
            Addresses.RUN_LAYER,
            ReadLayer.newBuilder()
                .setRun(run)
                .setStageIndex(0)
                .setLayer(pruned.getLayers(0).getName())
                .build());

    assertThat(models.getModelsList())
        .extracting(model -> model.getName())
        .containsExactly("start", "prune", "evaluate");
    assertThat(pruned.getGroupsList())
        .anySatisfy(
            group -> {
              assertThat(group.getName()).isEqualTo("first");
              assertThat(group.getMembersList())
                  .extracting(member -> pruned.getNodes(member.getNode()).getName())
                  .contains("first", "second");
            })
        .anySatisfy(group -> assertThat(group.getFrozen()).contains("output"));
    assertThat(pruned.getLayers(0).getZeros()).isEqualTo(pruned.getLayers(0).getWeights() / 2);
    assertThat(weights.getZeros()).isEqualTo(pruned.getLayers(0).getZeros());
    assertThat(weights.getBinsList().stream().mapToInt(n -> n).sum() + (int) weights.getZeros())
        .isEqualTo((int) pruned.getLayers(0).getWeights());
    assertThat(weights.getPicture().size())
        .isEqualTo(weights.getPictureRows() * weights.getPictureColumns());
  }

  @Test
  void theSchemaHasAllThatCanBeSetOfAStage() {
    JsonDocument schema = ask(Addresses.SCENARIO_SCHEMA, Empty.getDefaultInstance());

    var stages =
        schema
            .getDocument()
            .getFieldsOrThrow("$defs")
            .getStructValue()
            .getFieldsOrThrow("stage")
            .getStructValue()
            .getFieldsOrThrow("oneOf")
            .getListValue()
            .getValuesList();
    assertThat(stages).hasSize(StageKind.values().length);
    for (int i = 0; i < stages.size(); i++) {
      var properties =
          stages.get(i).getStructValue().getFieldsOrThrow("properties").getStructValue();
      assertThat(properties.getFieldsMap().keySet())
          .containsAll(
              StageKind.values()[i].settings().stream().map(setting -> setting.name()).toList());
    }
    assertThat(schema.toString()).contains("roundTo", "protectOutputs", "normalisation");
  }

  @Test
  void theSchemaNamesEveryKindOfStage() {
    JsonDocument schema = ask(Addresses.SCENARIO_SCHEMA, Empty.getDefaultInstance());

    assertThat(schema.toString()).contains("fine-tune", "tutorial-cnn");
    assertThat(List.of(schema.getDocument().getFieldsMap().keySet().toArray()))
        .contains("properties", "$defs");
  }
}
