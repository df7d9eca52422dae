package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * A pruner of one's own as its author meets it: a project of its own that the build has built and
 * tested before, dropped into a server that runs; and a new project from the command line.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class OwnPrunerIT {
  private static final Path JAR =
      Path.of(System.getProperty("espalier.root"))
          .resolve("examples/own-pruner/target/own-pruner-1.0.0.jar");
  private static final Pattern URL_LINE = Pattern.compile("dashboard: (http\\S+)");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path work;
  private final HttpClient client = HttpClient.newHttpClient();

  private static <T> T until(String what, Question<T> question, Predicate<T> answer)
      throws Exception {
    T last = question.ask();
    for (int tries = 0; tries < 600 && !answer.test(last); tries++) {
      TimeUnit.MILLISECONDS.sleep(100);
      last = question.ask();
    }
    assertThat(last).as(what).matches(answer);
    return last;
  }

  private interface Question<T> {
    T ask() throws Exception;
  }

  private JsonNode get(String url) throws Exception {
    return JSON.readTree(
        client
            .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
            .body());
  }

  private JsonNode post(String url, Object body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)))
            .build();
    return JSON.readTree(client.send(request, BodyHandlers.ofString()).body());
  }

  private static JsonNode plugin(JsonNode list) {
    for (JsonNode plugin : list.path("plugins")) {
      if (plugin.path("id").asText().equals("own-pruner")) {
        return plugin;
      }
    }
    return JSON.createObjectNode();
  }

  @Test
  void isDroppedIntoARunningServerAndPrunesThere() throws Exception {
    Distribution server = Distribution.copiedTo(work.resolve("home"));
    Path output = work.resolve("output.txt");
    Process process =
        server.start(output, "", "serve", "--port", "0", "--out", work.resolve("runs"));
    try {
      Matcher url =
          until(
              "the address",
              () -> URL_LINE.matcher(Files.readString(output)),
              matcher -> matcher.reset().find());
      String api = url.group(1) + "api/v1/";
      assertThat(plugin(get(api + "plugins")).path("state").asText()).isEmpty();

      Path dropped = Files.copy(JAR, server.plugins().resolve(JAR.getFileName()));

      JsonNode own =
          until(
              "the plugin",
              () -> plugin(get(api + "plugins")),
              plugin -> plugin.path("state").asText().equals("STARTED"));
      assertThat(own.path("jar").asText()).isEqualTo("own-pruner-1.0.0.jar");
      assertThat(own.path("summary").asText()).isNotEmpty();
      assertThat(own.path("extensions").path(0).path("id").asText()).isEqualTo("own");
      assertThat(get(api + "schema").toString()).contains("large next to their like");

      String run = post(api + "runs", Map.of("scenario", SCENARIO)).path("run").asText();
      String address = api + "runs/" + run;
      JsonNode end =
          until(
              "the run's end",
              () -> get(address),
              summary -> summary.path("state").asText().matches(".*(SUCCEEDED|FAILED)"));
      assertThat(end.path("state").asText()).isEqualTo("RUN_STATE_SUCCEEDED");

      Files.delete(dropped);
      until(
          "it goes",
          () -> plugin(get(api + "plugins")),
          plugin -> plugin.path("state").asText().isEmpty());
    } finally {
      process.destroy();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).as(Files.readString(output)).isTrue();
    }
  }

  private static final String SCENARIO =
      """
      {"name": "own", "seed": 1, "dataset": "digits", "model": {"builder": "tutorial-cnn"},
       "stages": [
         {"name": "prune", "kind": "prune", "sparsity": 0.5,
          "pruner": {"id": "own", "parameters": {"share": 0.5}}},
         {"name": "pruned", "kind": "export"}]}
      """;

  @Test
  void aNewProjectCompilesAndPassesTheContract() throws Exception {
    Path project = work.resolve("row-scale-pruner");

    Invocation written = Invocation.of("plugin", "new", "row-scale-pruner", "-o", project);

    assertThat(written.code()).isZero();
    assertThat(Files.readString(project.resolve("pom.xml")))
        .contains("<artifactId>row-scale-pruner</artifactId>", "espalier-api", "Plugin-Requires")
        .doesNotContain("own-pruner");
    assertThat(Files.readString(project.resolve("README.md"))).contains("pruner: row-scale");
    Path classes = compile(project);
    assertThat(Files.readString(classes.resolve("META-INF/extensions.idx")))
        .contains("io.example.rowscalepruner.RowScalePruner");
    assertThat(failures(classes, "io.example.rowscalepruner.RowScalePrunerTest")).isEmpty();
  }

  @Test
  void aNewProjectOverwritesNothing() throws IOException {
    Path project = Files.createDirectory(work.resolve("mine"));
    Files.writeString(project.resolve("pom.xml"), "mine");

    Invocation refused = Invocation.of("plugin", "new", "mine", "-o", project);

    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("is not empty");
    assertThat(Invocation.of("plugin", "new", "No Name").err()).contains("lower-case words");
    assertThat(project).isDirectoryContaining(file -> file.endsWith("pom.xml"));
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** Main and test sources, as Maven would, annotation processors included. */
  private Path compile(Path project) throws IOException {
    Path classes = Files.createDirectory(work.resolve("classes"));
    StringWriter problems = new StringWriter();
    try (Stream<Path> files = Files.walk(project)) {
      List<File> sources =
          files.filter(file -> file.toString().endsWith(".java")).map(Path::toFile).toList();
      var compiler = ToolProvider.getSystemJavaCompiler();
      var manager = compiler.getStandardFileManager(null, null, null);
      boolean compiled =
          compiler
              .getTask(
                  new PrintWriter(problems),
                  manager,
                  null,
                  List.of("-d", classes.toString(), "-classpath", classPath()),
                  null,
                  manager.getJavaFileObjectsFromFiles(sources))
              .call();
      assertThat(compiled).as(problems.toString()).isTrue();
    }
    return classes;
  }

  private static List<Throwable> failures(Path classes, String test) throws Exception {
    SummaryGeneratingListener summary = new SummaryGeneratingListener();
    try (URLClassLoader loader =
        new URLClassLoader(
            new URL[] {classes.toUri().toURL()}, OwnPrunerIT.class.getClassLoader())) {
      LauncherFactory.create()
          .execute(
              LauncherDiscoveryRequestBuilder.request()
                  .selectors(selectClass(Class.forName(test, false, loader)))
                  .build(),
              summary);
    }
    assertThat(summary.getSummary().getTestsSucceededCount()).isGreaterThan(5);
    return summary.getSummary().getFailures().stream()
        .map(failure -> failure.getException())
        .toList();
  }
}
