package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.proto.RunState;
import io.espalier.runtime.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The extensions of {@code examples/scripting/python}, answered by Python as a user starts it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class AnsweredExtensionsIT {
  private static final Path SCRIPTS =
      Path.of(System.getProperty("espalier.root")).resolve("examples/scripting/python").normalize();

  @TempDir private Path work;
  private RunningServer server;

  @BeforeEach
  void start() {
    server = new RunningServer(work);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Process answering(String script) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("python3", script)
            .directory(SCRIPTS.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("ESPALIER_URL", server.url());
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    Process process = builder.start();
    assertThat(process.inputReader().readLine()).startsWith("answering");
    return process;
  }

  private String run(String scenario) {
    String run = server.espalier.submit(Scenario.parse(scenario, "answered", work));
    server.espalier.finished(run).await();
    return run;
  }

  private byte[] pruned(String pruner) throws IOException {
    String run =
        run(
            """
            name: at-once
            seed: 5
            dataset: digits
            model: {builder: tutorial-cnn}
            stages:
              - {name: prune, kind: prune, pruner: %s, sparsity: 0.8}
              - {name: pruned, kind: export}
            """
                .formatted(pruner));
    return Files.readAllBytes(server.espalier.store().get(run).model("pruned"));
  }

  @Test
  void aPrunerInPythonGivesTheSameModelAsOurs() throws Exception {
    Process python = answering("magnitude_pruner.py");
    try {
      assertThat(pruned("'bus:python-magnitude'")).isEqualTo(pruned("magnitude"));
    } finally {
      python.destroy();
    }
  }

  @Test
  void aSchedulerInPythonSaysWhenAndHowFar() throws Exception {
    Process python = answering("three_steps.py");
    try {
      String run =
          run(
              """
              name: scheduled
              dataset: digits
              model: {builder: tutorial-cnn}
              stages:
                - name: prune
                  kind: prune
                  pruner: magnitude
                  scheduler: {id: 'bus:three-steps', parameters: {arguments: '0.75'}}
                  fineTuner: {id: jvm, parameters: {epochs: 2, batchSize: 128}}
              """);

      assertThat(server.espalier.finished(run).await().getState())
          .isEqualTo(RunState.RUN_STATE_SUCCEEDED);
      assertThat(
              server.espalier.events(run, 1, 1000).getEventsList().stream()
                  .filter(event -> event.hasStep())
                  .map(event -> event.getStep().getSparsity())
                  .reduce((before, last) -> last)
                  .orElseThrow())
          .isCloseTo(0.75, org.assertj.core.data.Offset.offset(1e-3));
    } finally {
      python.destroy();
    }
  }

  private static String listened(String listener) {
    return """
    name: listened
    seed: 3
    dataset: digits
    model: {builder: tutorial-cnn}
    listeners: [%s]
    stages:
      - name: prune
        kind: prune
        pruner: magnitude
        scheduler: {id: constant, parameters: {targetSparsity: 0.3, frequency: 5}}
        fineTuner: {id: jvm, parameters: {epochs: 4, batchSize: 128}}
    """
        .formatted(listener);
  }

  @Test
  void aListenerInPythonRaisesTheTarget() throws Exception {
    Process python = answering("raise_while_right.py");
    try {
      String run = run(listened("{id: 'bus:raise-while-right', parameters: {arguments: '0'}}"));

      assertThat(server.espalier.events(run, 1, 1000).getEventsList())
          .filteredOn(event -> event.hasSettingChanged())
          .extracting(event -> event.getSettingChanged().getValue())
          .containsExactly(0.35, 0.4, 0.45);
      assertThat(server.espalier.failure(run).await()).isEmpty();
    } finally {
      python.destroy();
    }
  }

  @Test
  void withoutItsListenerTheStageFailsAndSaysWhatToDo() {
    String run = run(listened("{id: 'bus:nobody', parameters: {attempts: 1}}"));

    assertThat(server.espalier.failure(run).await().orElseThrow().getMessage())
        .contains("extension.listener.nobody: no client answers it")
        .contains("start the program that answers it and resume the run");
  }

  @Test
  void withoutItsProgramTheStageFailsAndSaysWhatToDo() {
    String run =
        run(
            """
            name: alone
            dataset: digits
            model: {builder: tutorial-cnn}
            stages:
              - name: prune
                kind: prune
                pruner: {id: 'bus:nobody', parameters: {attempts: 1}}
                sparsity: 0.8
            """);

    assertThat(server.espalier.failure(run).await().orElseThrow().getMessage())
        .contains("extension.pruner.nobody: no client answers it")
        .contains("start the program that answers it and resume the run");
  }
}
