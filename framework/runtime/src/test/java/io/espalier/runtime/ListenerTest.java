package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.proto.EpochEnded;
import io.espalier.proto.ExtensionAnswer;
import io.espalier.proto.ExtensionCall;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunRef;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import io.espalier.proto.SettingWanted;
import io.espalier.runtime.fake.FakeCatalog;
import io.espalier.runtime.fake.Scenarios;
import io.espalier.runtime.scenario.Scenario;
import io.espalier.runtime.scenario.Use;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listeners that a scenario names, answered over the bus. */
class ListenerTest {
  private static final int STEPS = 40;

  private final Path folder;
  private final Espalier espalier;
  private final List<EpochEnded> told = new CopyOnWriteArrayList<>();

  ListenerTest(@TempDir Path folder) {
    this.folder = folder;
    this.espalier = RunProbe.start(folder.resolve("runs"), FakeCatalog.plain());
  }

  @AfterEach
  void close() {
    espalier.close();
  }

  private void answer(ExtensionAnswer.Builder answer) {
    answer(epoch -> answer);
  }

  private void answer(Function<EpochEnded, ExtensionAnswer.Builder> answer) {
    espalier
        .vertx()
        .eventBus()
        .<ExtensionCall>consumer(
            Addresses.extension("listener", "mine"),
            message -> {
              told.add(message.body().getEpochEnded());
              message.reply(answer.apply(message.body().getEpochEnded()).build());
            });
  }

  private Scenario scenario(Use... listeners) {
    Scenario plain = Scenarios.of(folder, Scenarios.train("train", STEPS));
    return new Scenario(
        plain.name(),
        plain.seed(),
        plain.dataset(),
        plain.model(),
        plain.stages(),
        List.of(listeners));
  }

  private String run(Use... listeners) {
    String run = espalier.submit(scenario(listeners));
    espalier.finished(run).await();
    return run;
  }

  private static ExtensionAnswer.Builder wanting(String name, double value) {
    return ExtensionAnswer.newBuilder()
        .addChanges(SettingWanted.newBuilder().setName(name).setValue(value));
  }

  private RunState state(String run) {
    return espalier.finished(run).await().getState();
  }

  @Test
  void itIsToldOfEveryEpochOnceAndMayWantNothing() {
    answer(ExtensionAnswer.newBuilder());

    String run = run(Use.of("bus:mine"));

    assertThat(state(run)).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    assertThat(told).isNotEmpty();
    assertThat(told).extracting(epoch -> epoch.getStep().getEpoch()).doesNotHaveDuplicates();
    assertThat(told.get(told.size() - 1).getStep().getStep()).isEqualTo(STEPS);
    assertThat(told.get(0).getStage()).isEqualTo("train");
  }

  @Test
  void whatItWantsIsAnInterventionOfTheRun() {
    answer(wanting("learningRate", 0.25));

    String run = run(Use.of("bus:mine"));

    assertThat(espalier.events(run, 1, 1000).getEventsList())
        .filteredOn(RunEvent::hasSettingChanged)
        .hasSameSizeAs(told)
        .allMatch(event -> event.getSettingChanged().getValue() == 0.25);
  }

  @Test
  void itMayCancelTheRun() {
    answer(ExtensionAnswer.newBuilder().setCancel(true));

    assertThat(state(run(Use.of("bus:mine")))).isEqualTo(RunState.RUN_STATE_CANCELLED);
    assertThat(told).hasSize(1);
  }

  @Test
  void itMayHoldTheRunUntilSomebodyLetsItGoOn() {
    answer(epoch -> ExtensionAnswer.newBuilder().setPause(told.size() == 1));
    String run = espalier.submit(scenario(Use.of("bus:mine")));
    RunRef asked = RunRef.newBuilder().setRun(run).build();

    RunProbe.until(
        () ->
            espalier.<RunSummary>request(Addresses.RUN_GET, asked).getState()
                == RunState.RUN_STATE_PAUSED);
    assertThat(told).hasSize(1);
    espalier.resume(run);

    assertThat(state(run)).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    assertThat(espalier.events(run, 1, 1000).getEventsList())
        .filteredOn(RunEvent::hasRunPaused)
        .hasSize(1);
    assertThat(told).hasSizeGreaterThan(1);
  }

  @Test
  void itsOwnFailureFailsTheStage() {
    answer(ExtensionAnswer.newBuilder().setFailure("no memory left").setClient("'tester'"));

    String run = run(Use.of("bus:mine"));

    assertThat(state(run)).isEqualTo(RunState.RUN_STATE_FAILED);
    assertThat(espalier.failure(run).await().orElseThrow().getMessage())
        .isEqualTo("extension.listener.mine: client 'tester' fails: no memory left");
  }

  @Test
  void whatIsRefusedFailsTheStageAndNamesTheListener() {
    answer(wanting("batchSize", 3).setClient("'tester'"));

    String run = run(Use.of("bus:mine"));

    assertThat(espalier.failure(run).await().orElseThrow().getMessage())
        .startsWith("extension.listener.mine: client 'tester' asks for what cannot be done")
        .contains("'batchSize' cannot be changed");
  }

  @Test
  void whatIsNoListenerIsRefusedBeforeTheRun() {
    assertThatThrownBy(() -> espalier.submit(scenario(Use.of("mine"))))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("listeners[0]: 'mine' is no listener (allowed: bus:ID with an id");
    assertThatThrownBy(() -> espalier.submit(scenario(Use.of("bus:../mine"))))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("listeners[0]: 'bus:../mine' is no listener");
  }

  @Test
  void aParameterThatItHasNotIsRefusedBeforeTheRun() {
    assertThatThrownBy(() -> espalier.submit(scenario(new Use("bus:mine", Map.of("attempts", 0)))))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("listeners[0].parameters.attempts");
  }
}
