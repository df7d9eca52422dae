package io.espalier.bench.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.api.Progress;
import io.espalier.bench.Comparison;
import io.espalier.bench.Group;
import io.espalier.bench.Quantity;
import io.espalier.bench.WorkFolder;
import io.espalier.runtime.Espalier;
import io.espalier.runtime.RunStore;
import io.espalier.runtime.gateway.Gateway;
import io.espalier.runtime.gateway.GatewayOptions;
import io.espalier.runtime.plugin.Plugins;
import io.espalier.testkit.LongRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Rows of the dashboard, measured in the system's Chromium by {@code dashboard/e2e/pace.mjs}. The
 * peer of the frames under a flood of 1,000 events a second is the same page while nothing comes;
 * that of opening a run of a million events is the promise.
 */
public final class PageGroup implements Group {
  private static final int ROUNDS = 3;
  private static final int STEPS = 1_000_000;
  private static final double PROMISED_MILLIS = 2_000;

  /** Where the build puts the pages. */
  private static final String PAGES = "target/classes/io/espalier/dashboard";

  private static final Path DASHBOARD =
      Path.of(System.getProperty("espalier.root", "")).resolve("dashboard").toAbsolutePath();

  @Override
  public String name() {
    return "page";
  }

  @Override
  public Map<String, Supplier<Comparison>> rows() {
    Map<String, Supplier<Comparison>> rows = new LinkedHashMap<>();
    rows.put("page-frames", PageGroup::frames);
    rows.put("page-open", PageGroup::open);
    return rows;
  }

  private static Comparison frames() {
    double[] flooded = new double[ROUNDS];
    double[] idle = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      JsonNode flood = measure().path("flood");
      flooded[i] = flood.path("flooded").path("framesPerSecond").asDouble();
      idle[i] = flood.path("idle").path("framesPerSecond").asDouble();
    }
    return Comparison.of("page-frames", Quantity.SPEED, "frames/s", flooded, idle);
  }

  private static Comparison open() {
    try (WorkFolder folder = new WorkFolder()) {
      return open(folder.path());
    }
  }

  private static Comparison open(Path work) {
    Path runs = work.resolve("runs");
    LongRun.write(new RunStore(runs), "long", STEPS);
    double[] opened = new double[ROUNDS];
    double[] promised = new double[ROUNDS];
    Arrays.fill(promised, PROMISED_MILLIS);
    try (Plugins plugins = Plugins.load(work.resolve("plugins"));
        Espalier espalier =
            Espalier.start(
                new Espalier.Options(runs, plugins, work, Optional.empty(), true, Progress.NONE))) {
      String page = Gateway.open(espalier, GatewayOptions.onPort(0)).url() + "#/run/long";
      for (int i = 0; i < ROUNDS; i++) {
        opened[i] = measure("--open", page).path("open").path("millis").asDouble();
      }
    }
    return Comparison.of("page-open", Quantity.COST, "ms", opened, promised);
  }

  private static JsonNode measure(String... arguments) {
    List<String> command = new ArrayList<>(List.of("node", "e2e/pace.mjs"));
    command.addAll(List.of(arguments));
    try {
      ProcessBuilder browsing =
          new ProcessBuilder(command)
              .directory(DASHBOARD.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT);
      browsing.environment().put("ESPALIER_PAGES", DASHBOARD.resolve(PAGES).toString());
      Process browser = browsing.start();
      String told = new String(browser.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (browser.waitFor() != 0) {
        throw new IllegalStateException("the browser failed, see above");
      }
      return new ObjectMapper().readTree(told);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
