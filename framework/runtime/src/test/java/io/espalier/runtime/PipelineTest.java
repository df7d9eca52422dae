package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.core.ContentHash;
import io.espalier.core.ExactSelector;
import io.espalier.core.OnnxFormat;
import io.espalier.proto.Exported;
import io.espalier.proto.LayerShare;
import io.espalier.proto.LayerSparsity;
import io.espalier.proto.PluginList;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunEvent.EventCase;
import io.espalier.proto.RunList;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import io.espalier.proto.Step;
import io.espalier.runtime.fake.FakeCatalog;
import io.espalier.runtime.fake.Scenarios;
import io.espalier.runtime.scenario.Scenario;
import io.vertx.core.eventbus.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that go well, from the scenario to the report. */
class PipelineTest {
  private static final double SPARSITY = 0.7;
  private static final int STEPS = 12;

  private final Path folder;
  private Espalier espalier;

  PipelineTest(@TempDir Path folder) {
    this.folder = folder;
    this.espalier = RunProbe.start(folder.resolve("runs"), FakeCatalog.plain());
  }

  @AfterEach
  void close() {
    espalier.close();
  }

  private Scenario whole() {
    return Scenarios.of(
        folder,
        Scenarios.train("train", 8),
        Scenarios.export("dense"),
        Scenarios.prune("prune", STEPS, SPARSITY),
        Scenarios.cluster("cluster"),
        Scenarios.fineTune("tune", 4),
        Scenarios.evaluate("evaluate"),
        Scenarios.export("small"));
  }

  private RunFolder run(Scenario scenario) {
    RunSummary end = RunProbe.run(espalier, scenario);
    assertThat(end.getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    return espalier.store().get(end.getRun());
  }

  @Test
  void aStartedRuntimeHasWrittenNothing() {
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aWholePipelineLeavesModelsManifestAndReport() throws IOException {
    RunFolder run = run(whole());

    assertThat(run.model("dense")).exists();
    assertThat(run.model("small")).exists();
    assertThat(run.measurements()).exists();
    assertThat(run.reportMarkdown()).exists();
    assertThat(run.reportHtml()).exists();
    assertThat(Scenario.read(run.scenario()).toJson()).isEqualTo(whole().toJson());
    JsonNode manifest = new ObjectMapper().readTree(Files.readString(run.manifest()));
    assertThat(manifest.path("run").asText()).isEqualTo(run.id());
    assertThat(manifest.path("seed").asLong()).isEqualTo(42);
    assertThat(manifest.path("dataset").path("name").asText()).isEqualTo("ten-samples");
    assertThat(manifest.path("dataset").path("fingerprint").asText()).isEqualTo("f00d");
    assertThat(manifest.path("plugins").path(0).path("id").asText()).isEqualTo("fakes");
    assertThat(manifest.path("cpus").asInt()).isPositive();
  }

  @Test
  void whatTheStagesPromisedIsInTheExportedFile() {
    RunFolder run = run(whole());
    var small = new OnnxFormat().read(run.model("small"));
    for (String weight : List.of("first.weight", "second.weight")) {
      float[] values = small.tensor(weight).toFloatArray();
      long zeros = IntStream.range(0, values.length).filter(i -> values[i] == 0).count();
      assertThat(zeros).isEqualTo(values.length - ExactSelector.kept(values.length, SPARSITY));
      assertThat(values).containsOnly(-1, 0, 1);
    }
    List<Exported> exports =
        RunProbe.events(run).stream()
            .filter(RunEvent::hasExported)
            .map(RunEvent::getExported)
            .toList();
    assertThat(exports).extracting(Exported::getRequestedSparsity).containsExactly(0.0, SPARSITY);
    assertThat(exports.get(0).getClusteredList()).isEmpty();
    assertThat(exports.get(1).getClusteredList())
        .containsExactlyInAnyOrder("first.weight", "second.weight");
    assertThat(exports.get(1).getPath()).isEqualTo("models/small.onnx");
    assertThat(exports.get(1).getSha256()).isEqualTo(ContentHash.sha256(run.model("small")));
    assertThat(exports.get(1).getBytes()).isEqualTo(run.model("small").toFile().length());
  }

  @Test
  void theLogTellsTheRunInOrder() {
    List<RunEvent> events =
        RunProbe.events(
            run(Scenarios.of(folder, Scenarios.train("train", 2), Scenarios.evaluate("evaluate"))));
    assertThat(RunProbe.kinds(events))
        .containsExactly(
            EventCase.RUN_STARTED,
            EventCase.STAGE_STARTED,
            EventCase.LAYER_SPARSITY,
            EventCase.STEP,
            EventCase.LAYER_SPARSITY,
            EventCase.CHECKPOINTED,
            EventCase.STAGE_FINISHED,
            EventCase.STAGE_STARTED,
            EventCase.METRIC,
            EventCase.CHECKPOINTED,
            EventCase.STAGE_FINISHED,
            EventCase.RUN_FINISHED);
    assertThat(events)
        .extracting(RunEvent::getSeq)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, events.size()).boxed().toList());
    assertThat(events.get(0).getRunStarted().getSeed()).isEqualTo("42");
    assertThat(events.get(0).getRunStarted().getDataset()).isEqualTo("ten-samples");
    assertThat(events.get(1).getStageStarted().getTotalSteps()).isEqualTo(2);
  }

  @Test
  void everyStepTellsAchievedAndTargetSparsity() {
    List<RunEvent> events =
        RunProbe.events(run(Scenarios.of(folder, Scenarios.prune("prune", STEPS, SPARSITY))));
    List<Step> steps = events.stream().filter(RunEvent::hasStep).map(RunEvent::getStep).toList();
    assertThat(steps)
        .extracting(Step::getStep)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, STEPS).boxed().toList());
    for (Step step : steps) {
      double target = SPARSITY * Math.min(step.getStep(), 8) / 8;
      double held = SPARSITY * Math.min(step.getStep() / 2 * 2, 8) / 8;
      int zeros = 110 - ExactSelector.kept(80, held) - ExactSelector.kept(30, held);
      assertThat(step.getTargetSparsity()).isEqualTo(target);
      assertThat(step.getSparsity()).isEqualTo(zeros / 110.0);
    }
  }

  @Test
  void trainingWithoutAScheduleTellsNoTarget() {
    List<RunEvent> events = RunProbe.events(run(Scenarios.of(folder, Scenarios.train("train", 2))));
    assertThat(events)
        .filteredOn(RunEvent::hasStep)
        .hasSize(2)
        .noneMatch(event -> event.getStep().hasTargetSparsity());
  }

  @Test
  void layersAreToldAtEveryUpdateAndAtBothEnds() {
    List<LayerSparsity> told =
        RunProbe.events(run(Scenarios.of(folder, Scenarios.prune("prune", STEPS, SPARSITY))))
            .stream()
            .filter(RunEvent::hasLayerSparsity)
            .map(RunEvent::getLayerSparsity)
            .toList();
    assertThat(told).extracting(LayerSparsity::getStep).containsExactly(0, 2, 4, 6, 8, 12);
    assertThat(told.get(0).getLayersList()).extracting(LayerShare::getZeros).containsOnly(0);
    assertThat(told.get(4).getLayersList())
        .allSatisfy(share -> assertThat(share.getThreshold()).isBetween(0.1, share.getNorm()))
        .extracting(share -> share.toBuilder().clearThreshold().clearNorm().build())
        .containsExactly(
            LayerShare.newBuilder().setLayer("first").setWeights(80).setZeros(56).build(),
            LayerShare.newBuilder().setLayer("second").setWeights(30).setZeros(21).build());
  }

  @Test
  void checkpointsComeAtEpochEndsAndAtLeastAsOftenAsAsked() {
    List<RunEvent> events =
        RunProbe.events(run(Scenarios.of(folder, Scenarios.train("train", 12))));
    assertThat(events)
        .filteredOn(RunEvent::hasCheckpointed)
        .extracting(event -> event.getCheckpointed().getStep())
        .containsExactly(3, 4, 7, 8, 11, 12);
  }

  @Test
  void theSameScenarioGivesTheSameBytes() {
    RunFolder one = run(whole());
    RunFolder two = run(whole());
    assertThat(two.model("small")).hasSameBinaryContentAs(one.model("small"));
    RunFolder other = run(whole().withSeed(43));
    assertThat(ContentHash.sha256(other.model("dense")))
        .isNotEqualTo(ContentHash.sha256(one.model("dense")));
  }

  @Test
  void aRunWithoutAnExportSucceedsWithoutAReport() {
    RunFolder run = run(Scenarios.of(folder, Scenarios.train("train", 2)));
    assertThat(run.reportMarkdown()).doesNotExist();
  }

  @Test
  void summariesAreToldBeforeTheFirstEventAndAtEveryChange() {
    ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
    espalier
        .vertx()
        .eventBus()
        .<RunSummary>consumer(
            Addresses.RUNS,
            message -> heard.add(message.body().getState() + "/" + message.body().getStageIndex()));
    RunFolder run = run(Scenarios.of(folder, Scenarios.train("train", 2), Scenarios.export("out")));
    assertThat(run.models()).isDirectoryContaining("glob:**out.onnx");
    RunProbe.until(() -> heard.size() >= 5);
    assertThat(heard)
        .containsExactly(
            "RUN_STATE_QUEUED/-1",
            "RUN_STATE_RUNNING/-1",
            "RUN_STATE_RUNNING/0",
            "RUN_STATE_RUNNING/1",
            "RUN_STATE_SUCCEEDED/1");
  }

  @Test
  void oneRunIsOnAtATimeInTheOrderOfSubmission() {
    ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
    espalier
        .vertx()
        .eventBus()
        .<RunSummary>consumer(
            Addresses.RUNS,
            message -> {
              if (message.body().getState() != RunState.RUN_STATE_QUEUED
                  && message.body().getStageIndex() < 0) {
                heard.add("start " + message.body().getRun());
              } else if (message.body().getState() == RunState.RUN_STATE_SUCCEEDED) {
                heard.add("end " + message.body().getRun());
              }
            });
    Scenario scenario = Scenarios.of(folder, Scenarios.train("train", 40));
    String one = espalier.submit(scenario);
    String two = espalier.submit(scenario);
    RunProbe.end(espalier, one);
    RunProbe.end(espalier, two);
    RunProbe.until(() -> heard.size() >= 4);
    assertThat(heard).containsExactly("start " + one, "end " + one, "start " + two, "end " + two);
  }

  @Test
  void endedRunsAreToldFromTheirLogs() {
    RunFolder run = run(Scenarios.of(folder, Scenarios.train("train", 2)));
    List<RunEvent> events = RunProbe.events(run);
    espalier.close();
    espalier = RunProbe.start(folder.resolve("runs"), FakeCatalog.plain());

    RunSummary summary =
        ask(Addresses.RUN_GET, io.espalier.proto.RunRef.newBuilder().setRun(run.id()).build());
    assertThat(summary.getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    assertThat(summary.getScenario()).isEqualTo("tiny");
    assertThat(summary.getDataset()).isEqualTo("ten-samples");
    assertThat(summary.getLastSeq()).isEqualTo(events.size());
    assertThat(summary.getStagesList()).hasSize(1);
    assertThat(summary.getStartedMillis()).isEqualTo(events.get(0).getTimeMillis());
    io.espalier.proto.EventBatch batch =
        ask(
            Addresses.RUN_EVENTS,
            io.espalier.proto.ReadEvents.newBuilder()
                .setRun(run.id())
                .setFromSeq(2)
                .setLimit(1000)
                .build());
    assertThat(batch.getEventsList()).isEqualTo(events.subList(1, events.size()));
    assertThat(RunProbe.end(espalier, run.id())).isEqualTo(summary);
  }

  @Test
  void runsAreListedNewestFirst() {
    RunFolder old = run(Scenarios.of(folder, Scenarios.train("train", 2)));
    RunFolder run = new RunFolder(old.root().resolveSibling("99991122-101530-new-x7k2"));
    RunProbe.copy(old.root(), run.root());
    RunList list = ask(Addresses.RUN_LIST, io.espalier.proto.RunRef.getDefaultInstance());
    assertThat(list.getRunsList())
        .extracting(RunSummary::getRun)
        .containsExactly(run.id(), old.id());
  }

  @Test
  void pluginsAreListed() {
    PluginList list = ask(Addresses.PLUGIN_LIST, io.espalier.proto.RunRef.getDefaultInstance());
    assertThat(list.getPlugins(0).getId()).isEqualTo("fakes");
  }

  private <T> T ask(String address, Object body) {
    return RunProbe.await(espalier.vertx().eventBus().<T>request(address, body).map(Message::body));
  }
}
