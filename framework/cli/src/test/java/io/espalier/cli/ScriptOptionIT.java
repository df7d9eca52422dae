package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scripts inside the process: {@code --script FILE}. */
class ScriptOptionIT {
  private static final Path EXAMPLES =
      Path.of(System.getProperty("espalier.root")).resolve("examples/scripting").normalize();

  @TempDir private Path work;

  private Invocation run(Path scenario, Path script) {
    return Invocation.of("run", scenario, "--out", work.resolve("runs"), "--script", script);
  }

  private Invocation run(String script) throws IOException {
    Path file = Files.writeString(work.resolve("mine.js"), script);
    Path scenario =
        Files.writeString(
            work.resolve("short.yaml"),
            """
            name: short
            dataset: digits
            model: {builder: tutorial-cnn}
            stages:
              - name: train
                kind: train
                fineTuner: {id: jvm, parameters: {epochs: 2, batchSize: 128}}
            """);
    return run(scenario, file);
  }

  @Test
  void aScriptStopsARunWhenAccuracyFalls() {
    Invocation stopped =
        run(EXAMPLES.resolve("scenario.json"), EXAMPLES.resolve("javascript/stop-when-worse.js"));

    assertThat(stopped.code()).isEqualTo(9);
    assertThat(stopped.out()).contains("stopped at sparsity 0.");
  }

  private Path modest() throws IOException {
    return Files.writeString(
        work.resolve("modest.json"),
        Files.readString(EXAMPLES.resolve("scenario.json"))
            .replace("\"finalSparsity\": 0.98", "\"finalSparsity\": 0.5")
            .replace("\"end\": 120", "\"end\": 40"));
  }

  @Test
  void aScriptWatchesARun() {
    Invocation watched =
        run(EXAMPLES.resolve("scenario.json"), EXAMPLES.resolve("javascript/watch.js"));

    assertThat(watched.code()).as(watched.err()).isZero();
    assertThat(watched.out())
        .contains("stage prune")
        .containsPattern("step 50 loss [0-9.]+ accuracy [0-9.]+ sparsity 0")
        .containsPattern("accuracy 0\\.\\d+")
        .containsPattern("scripted\\S* has ended");
  }

  @Test
  void aScriptRunsASweepAndTheCommandWaitsForItsRuns() throws IOException {
    Invocation swept = run(modest(), EXAMPLES.resolve("javascript/sweep.js"));

    assertThat(swept.code()).as(swept.err()).isZero();
    assertThat(swept.out().lines().filter(line -> line.startsWith("sparsity 0.")))
        .satisfiesExactly(
            first -> assertThat(first).startsWith("sparsity 0.600 accuracy 0."),
            second -> assertThat(second).startsWith("sparsity 0.800 accuracy 0."),
            third -> assertThat(third).startsWith("sparsity 0.950 accuracy 0."));
  }

  @Test
  void aScriptRaisesTheSparsity() throws IOException {
    Invocation raised = run(modest(), EXAMPLES.resolve("javascript/raise-sparsity.js"));

    assertThat(raised.code()).as(raised.err()).isZero();
    assertThat(raised.out()).containsPattern("ends with sparsity 0\\.(5[2-9]|[6-9])");
  }

  @Test
  void aScriptGetsEveryEventOnceAndInOrder() throws IOException {
    Invocation counted =
        run(
            """
            let next = 1;
            function onEvent(event) {
              if (event.seq !== next++) throw new Error("not " + event.seq);
              if (event.runFinished) espalier.log("saw", event.seq, "events");
            }
            """);

    assertThat(counted.out()).containsPattern("saw \\d+ events");
  }

  @Test
  void aScriptThatThrowsEndsAndTheRunGoesOn() throws IOException {
    Invocation invocation = run("function onEvent() { nothing(); }");

    assertThat(invocation.code()).isZero();
    assertThat(invocation.out())
        .contains("script mine.js ends: mine.js:1: ReferenceError: nothing is not defined");
  }

  @Test
  void aBrokenScriptIsRefusedBeforeTheRun() throws IOException {
    Invocation broken = run("function (");

    assertThat(broken.code()).isEqualTo(2);
    assertThat(broken.err()).contains("mine.js:1").hasLineCount(1);
    assertThat(work.resolve("runs")).doesNotExist();
  }

  @Test
  void aLanguageThatNoPluginHasIsRefused() throws IOException {
    Path script = Files.writeString(work.resolve("mine.rb"), "");

    Invocation refused = run(EXAMPLES.resolve("scenario.json"), script);

    assertThat(refused.code()).isEqualTo(5);
    assertThat(refused.err()).contains("there is no script-engine 'rb' (there: js)");
  }
}
