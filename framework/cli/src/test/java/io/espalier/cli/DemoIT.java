package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.core.ContentHash;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job from end to end, on the digits that ship with Espalier. */
class DemoIT {
  @TempDir private static Path out;

  private static Invocation first;
  private static JsonNode result;

  @BeforeAll
  static void runTheDemo() {
    first = demo(42);
    result = first.json();
  }

  private static Invocation demo(long seed) {
    return Invocation.of(
        "demo", "--headless", "--json", "--dataset", "digits", "--out", out, "--seed", seed);
  }

  private static JsonNode stage(String name) {
    return StreamSupport.stream(result.path("stages").spliterator(), false)
        .filter(stage -> stage.path("stage").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Path model(JsonNode stage) {
    return Path.of(stage.path("model").asText());
  }

  @Test
  void succeedsAndAnswersInOneJsonObject() {
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(result.path("dataset").asText()).isEqualTo("digits");
    assertThat(result.path("seed").asLong()).isEqualTo(42);
    assertThat(result.path("seconds").asDouble()).isPositive();
    assertThat(result.path("stages").findValuesAsText("stage"))
        .containsExactly("baseline", "pruned", "clustered");
    for (JsonNode stage : result.path("stages")) {
      assertThat(stage.path("parameters").asInt()).isEqualTo(20_410);
      assertThat(stage.path("bytes").path("onnx").asLong()).isPositive();
      assertThat(stage.path("latencyMicros").path("p50").asDouble()).isPositive();
      assertThat(stage.path("latencyMicros").path("p90").asDouble())
          .isGreaterThanOrEqualTo(stage.path("latencyMicros").path("p50").asDouble());
      assertThat(model(stage)).isRegularFile();
    }
  }

  @Test
  void classifiesWellAndKeepsAccuracy() {
    assertThat(stage("baseline").path("accuracy").asDouble()).isGreaterThan(0.93);
    assertThat(stage("pruned").path("accuracy").asDouble()).isGreaterThan(0.92);
    assertThat(stage("clustered").path("accuracy").asDouble()).isGreaterThan(0.92);
  }

  @Test
  void prunesExactlyWhatWasAskedFor() {
    // Of 108 and 20,280 weights at 80 %, round(21.6) + 4,056 are kept.
    double exact = (20_388 - 22 - 4_056) / 20_388.0;
    for (String name : List.of("pruned", "clustered")) {
      assertThat(stage(name).path("requestedSparsity").asDouble()).isEqualTo(0.8);
      assertThat(stage(name).path("achievedSparsity").asDouble()).isCloseTo(exact, within(1e-12));
    }
  }

  @Test
  void clustersToAtMost32ValuesAndGetsSmaller() {
    assertThat(stage("clustered").path("uniqueValues").asInt()).isBetween(2, 32);
    long pruned = stage("pruned").path("bytes").path("gzip").asLong();
    assertThat(pruned).isLessThanOrEqualTo(25_795);
    assertThat(stage("clustered").path("bytes").path("gzip").asLong()).isLessThan(pruned);
  }

  @Test
  void writesAReportOfEveryKind() throws Exception {
    Path folder = out.resolve(result.path("run").asText());
    assertThat(Files.readString(folder.resolve("report.md"))).contains("pruned", "clustered");
    assertThat(Files.readString(folder.resolve("report.html"))).contains("<svg", "clustered");
    assertThat(folder.resolve("measurements.json")).isRegularFile();
  }

  @Test
  void theSameSeedGivesTheSameBytes() {
    JsonNode again = demo(42).json();
    for (int i = 0; i < 3; i++) {
      assertThat(ContentHash.sha256(model(again.path("stages").get(i))))
          .isEqualTo(ContentHash.sha256(model(result.path("stages").get(i))));
    }
  }

  @Test
  void whereNoDataIsToBeHadItSaysSoAndRunsOnTheDigits(@TempDir Path nothing) {
    String home = System.getProperty("user.home");
    System.setProperty("user.home", nothing.toString());
    try {
      Invocation demo =
          Invocation.of(
              "demo", "--headless", "--json", "--dataset", "mnist", "--offline", "--out", out);

      assertThat(demo.code()).as(demo.err()).isZero();
      assertThat(demo.err())
          .contains("data set 'mnist' is nowhere to be had", "not asked")
          .contains("Running on the 1,797 handwritten digits");
      assertThat(demo.json().path("dataset").asText()).isEqualTo("digits");
    } finally {
      System.setProperty("user.home", home);
    }
  }
}
