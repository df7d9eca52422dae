package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scripts of {@code examples/scripting}, each as a user runs it, against a server. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ScriptingIT {
  private static final Path SCRIPTS =
      Path.of(System.getProperty("espalier.root")).resolve("examples/scripting").normalize();

  @TempDir private static Path work;
  private static RunningServer server;

  @BeforeAll
  static void start() {
    server = new RunningServer(work);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Runs a script with the example's scenario and gives what it printed. */
  private static String run(String interpreter, String script, String... arguments)
      throws IOException, InterruptedException {
    String[] place = script.split("/");
    List<String> command = new ArrayList<>(List.of(interpreter, place[1], "../scenario.json"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(SCRIPTS.resolve(place[0]).toFile())
            .redirectErrorStream(true);
    builder.environment().put("ESPALIER_URL", server.url());
    builder
        .environment()
        .put("ESPALIER", Path.of(System.getProperty("espalier.home"), "bin/espalier").toString());
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    Process process = builder.start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(told).isZero();
    return told;
  }

  @ParameterizedTest
  @CsvSource({"python3, python/watch.py", "node, node/watch.mjs", "sh, shell/watch.sh"})
  void aRunIsWatchedToItsEnd(String interpreter, String script) throws Exception {
    assertThat(run(interpreter, script))
        .containsSubsequence("stage train", "step 50 loss", "stage prune", "stage test", "accuracy")
        .contains("has ended");
  }

  @ParameterizedTest
  @CsvSource({
    "python3, python/stop_when_worse.py",
    "node, node/stop-when-worse.mjs",
    "sh, shell/stop-when-worse.sh"
  })
  void aRunIsStoppedWhenAccuracyFalls(String interpreter, String script) throws Exception {
    assertThat(run(interpreter, script, "0.15")).contains("stopped at sparsity");
    Invocation runs = Invocation.of("bus", "request", "run.list", "--url", server.url());
    assertThat(runs.json().path("runs").path(0).path("state").asText())
        .isEqualTo("RUN_STATE_CANCELLED");
  }

  @ParameterizedTest
  @CsvSource({
    "python3, python/raise_sparsity.py",
    "node, node/raise-sparsity.mjs",
    "sh, shell/raise-sparsity.sh"
  })
  void sparsityIsRaisedUntilAccuracyFalls(String interpreter, String script) throws Exception {
    String told = run(interpreter, script, "0.1");

    assertThat(told).containsPattern("ends with sparsity 0\\.[6-9]");
  }

  @ParameterizedTest
  @CsvSource({"python3, python/sweep.py", "node, node/sweep.mjs", "sh, shell/sweep.sh"})
  void aSweepTellsTheAccuracyAtEachSparsity(String interpreter, String script) throws Exception {
    assertThat(run(interpreter, script, "0.5", "0.98").lines())
        .hasSize(3)
        .anyMatch(line -> line.matches("0\\.5 0\\.\\d+ \\S*scripted\\S*"))
        .anyMatch(line -> line.matches("0\\.98 0\\.\\d+ \\S*scripted\\S*"));
  }
}
