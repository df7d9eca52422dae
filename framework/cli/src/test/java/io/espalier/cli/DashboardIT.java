package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Progress;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunStarted;
import io.espalier.runtime.Espalier;
import io.espalier.runtime.EventLog;
import io.espalier.runtime.RunFolder;
import io.espalier.runtime.RunStore;
import io.espalier.runtime.gateway.AccessToken;
import io.espalier.runtime.gateway.Gateway;
import io.espalier.runtime.gateway.GatewayLimits;
import io.espalier.runtime.gateway.GatewayOptions;
import io.espalier.runtime.gateway.GatewayUploads;
import io.espalier.runtime.plugin.Plugins;
import io.espalier.runtime.scenario.Scenario;
import io.espalier.testkit.LongRun;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The dashboard in a real browser, on a real run: reloaded, taken offline and cut off from a server
 * that goes away and comes back, it neither loses nor doubles a point. The browser's part is {@code
 * dashboard/e2e/live.mjs}; CHROMIUM names the browser.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class DashboardIT {
  private static final Path DASHBOARD =
      Path.of(System.getProperty("espalier.root")).resolve("dashboard").normalize();

  /** Steps of a run whose curves are thinned. */
  private static final int THINNED = 30_000;

  /** Runs that a list is long with. */
  private static final int MANY = 1_000;

  /** A training whose loss is soon not a number. */
  private static final String FAILING =
      """
      {"espalier": 1, "name": "fails", "dataset": "digits", "model": {"builder": "tutorial-cnn"},
       "stages": [{"name": "train", "kind": "train",
                   "fineTuner": {"id": "jvm", "parameters": {"learningRate": 1e30}}}]}
      """;

  private static final Path SCREENSHOTS = Path.of("target", "screenshots").toAbsolutePath();

  @TempDir private Path work;

  @Test
  void showsARunLiveAndWithoutALostOrDoubledPoint() throws Exception {
    try (Plugins plugins = Plugins.load(Distribution.built().plugins());
        Espalier espalier =
            Espalier.start(
                new Espalier.Options(
                    work.resolve("runs"), plugins, work, Optional.empty(), false, Progress.NONE))) {
      Gateway gateway = Gateway.open(espalier, GatewayOptions.onPort(0));
      espalier.submit(longDigits());
      Process browser =
          new ProcessBuilder(
                  "node", "e2e/live.mjs", gateway.url(), "--screenshots", SCREENSHOTS.toString())
              .directory(DASHBOARD.toFile())
              .redirectErrorStream(true)
              .start();

      String told = follow(browser, espalier, gateway);

      assertThat(browser.waitFor()).as(told).isZero();
    }
  }

  @Test
  void aRunIsStartedSteeredApprovedAndComparedInTheBrowser() throws Exception {
    try (Plugins plugins = Plugins.load(Distribution.built().plugins());
        Espalier espalier =
            Espalier.start(
                new Espalier.Options(
                    work.resolve("runs"), plugins, work, Optional.empty(), false, Progress.NONE))) {
      LongRun.write(espalier.store(), "long", THINNED);
      GatewayUploads uploads =
          new GatewayUploads(
              Optional.of(work.resolve("runs").resolve("uploads")),
              Optional.empty(),
              GatewayUploads.DEFAULT_MOST_BYTES);
      Gateway gateway =
          Gateway.open(
              espalier,
              new GatewayOptions(
                  "127.0.0.1", 0, Set.of(), Optional.empty(), GatewayLimits.DEFAULT, uploads));

      assertThatItPasses("e2e/tour.mjs", gateway.url(), "--long", "long");
    }
  }

  @Test
  void runsOutOfTheOrdinaryAreShownToo() throws Exception {
    RunStore store = new RunStore(work.resolve("runs"));
    for (int i = 0; i < MANY; i++) {
      LongRun.write(store, "idle-%04d".formatted(i), 1);
    }
    begun(store, "begun");
    try (Plugins plugins = Plugins.load(Distribution.built().plugins());
        Espalier espalier =
            Espalier.start(
                new Espalier.Options(
                    work.resolve("runs"), plugins, work, Optional.empty(), false, Progress.NONE))) {
      Gateway gateway = Gateway.open(espalier, GatewayOptions.onPort(0));
      Scenario failing = Scenario.parse(FAILING, "failing.json", work.resolve("failing.json"));
      String failed = espalier.submit(failing);

      assertThatItPasses("e2e/trials.mjs", gateway.url(), "--failed", failed, "--begun", "begun");
    }
  }

  /** A run whose process ended after its first event. */
  private static void begun(RunStore store, String id) throws IOException {
    RunFolder folder = store.create(id);
    Files.writeString(folder.scenario(), FAILING);
    try (EventLog log = EventLog.open(folder.events(), id)) {
      log.append(RunEvent.newBuilder().setRunStarted(RunStarted.newBuilder().setScenario("begun")));
    }
  }

  /** Runs a script of the dashboard with screenshots, which says what it checked. */
  private static void assertThatItPasses(String... command) throws Exception {
    List<String> whole = new ArrayList<>(List.of("node"));
    whole.addAll(List.of(command));
    whole.addAll(List.of("--screenshots", SCREENSHOTS.toString()));
    Path told =
        Files.createDirectories(SCREENSHOTS).resolve(Path.of(command[0]).getFileName() + ".txt");

    int code =
        new ProcessBuilder(whole)
            .directory(DASHBOARD.toFile())
            .redirectErrorStream(true)
            .redirectOutput(told.toFile())
            .start()
            .waitFor();

    assertThat(code).as(Files.readString(told)).isZero();
  }

  @Test
  void asksOnceForTheTokenThatTheGatewayWants() throws Exception {
    String token = "a-token-that-nobody-guesses";
    try (Plugins plugins = Plugins.load(work);
        Espalier espalier =
            Espalier.start(
                new Espalier.Options(
                    work.resolve("runs"), plugins, work, Optional.empty(), false, Progress.NONE))) {
      Gateway gateway =
          Gateway.open(
              espalier,
              new GatewayOptions(
                  "127.0.0.1",
                  0,
                  Set.of(),
                  Optional.of(AccessToken.of(token)),
                  GatewayLimits.DEFAULT,
                  GatewayUploads.NONE));
      ProcessBuilder browser =
          new ProcessBuilder("node", "e2e/token.mjs", gateway.url())
              .directory(DASHBOARD.toFile())
              .redirectErrorStream(true);
      browser.environment().put("ESPALIER_TOKEN", token);
      Process process = browser.start();

      String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(process.waitFor()).as(told).isZero();
    }
  }

  /** The quickstart on the digits, long enough to be watched. */
  private static Scenario longDigits() throws IOException {
    Path file = Distribution.built().quickstart("digits.yaml");
    return Scenario.parse(
        Files.readString(file)
            .replace("epochs: 60", "epochs: 240")
            .replace("epochs: 40", "epochs: 120"),
        file.toString(),
        file);
  }

  /** Reads what the browser's script says; restarts the gateway when it asks for that. */
  private static String follow(Process browser, Espalier espalier, Gateway first)
      throws IOException {
    StringBuilder told = new StringBuilder();
    Gateway gateway = first;
    try (BufferedReader lines = browser.inputReader(StandardCharsets.UTF_8);
        BufferedWriter answers = browser.outputWriter(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        told.append(line).append('\n');
        if (line.equals("DROP")) {
          int port = gateway.port();
          gateway.close().await();
          gateway = Gateway.open(espalier, GatewayOptions.onPort(port));
          answers.write("DROPPED\n");
          answers.flush();
        }
      }
    }
    return told.toString();
  }
}
