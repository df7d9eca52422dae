package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scenarios that start from another one, and folders of them. */
class FolderRunIT {
  private static final String TRAIN =
      """
      name: base
      dataset: digits
      model: {builder: tutorial-cnn}
      stages:
        - name: train
          kind: train
          fineTuner: {id: jvm, parameters: {epochs: 1, batchSize: 128}}
        - {name: base, kind: export}
      """;

  @TempDir private Path work;
  private Path folder;

  @BeforeEach
  void writeScenarios() throws IOException {
    folder = Files.createDirectory(work.resolve("variants"));
    Files.writeString(folder.resolve("base.yaml"), TRAIN);
    Files.writeString(
        folder.resolve("clustered-8.yaml"),
        """
        name: clustered-8
        dataset: digits
        model: {scenario: base.yaml}
        stages:
          - name: cluster
            kind: cluster
            clusterer: {id: k-means, parameters: {number_of_clusters: 8}}
          - {name: clustered, kind: export, exporter: espalier}
          - {name: quantise, kind: quantise, samples: 100}
          - {name: int8, kind: export}
        """);
  }

  private Invocation run(Path what, Object... more) {
    return more.length == 0
        ? Invocation.of("run", what, "--out", work.resolve("runs"))
        : Invocation.of("run", what, "--out", work.resolve("runs"), more[0]);
  }

  @Test
  void runsEveryScenarioOfAFolderAndTheSharedOneOnce() throws IOException {
    Invocation invocation = run(folder, "--json");

    assertThat(invocation.code()).as(invocation.err()).isZero();
    JsonNode runs = invocation.json().path("runs");
    assertThat(runs.findValuesAsText("run"))
        .extracting(name -> name.replaceAll("^\\d+-\\d+-(.*)-[^-]*$", "$1"))
        .containsExactly("base", "clustered-8");
    assertThat(runs.path(1).path("stages").path(0).path("uniqueValues").asInt())
        .isLessThanOrEqualTo(8);
    assertThat(runs.path(1).path("stages").path(0).path("sizes").path("espalier").asLong())
        .isLessThan(20_000);
    double floats = runs.path(1).path("stages").path(0).path("accuracy").asDouble();
    assertThat(runs.path(1).path("stages").path(1).path("accuracy").asDouble())
        .isGreaterThan(floats - 0.06);
    try (var all = Files.list(work.resolve("runs"))) {
      assertThat(all.filter(Files::isDirectory)).hasSize(2);
    }
  }

  @Test
  void printsOneTable() {
    Invocation invocation = run(folder);

    assertThat(invocation.out())
        .containsPattern("scenario +model +accuracy +sparsity")
        .containsPattern("clustered-8 +int8 ")
        .contains("do not make ONNX Runtime faster");
  }

  @Test
  void listsNumberedScenariosInTheOrderOfTheirNumbers() throws IOException {
    Files.writeString(folder.resolve("clustered-16.yaml"), "");
    Files.writeString(folder.resolve("notes.txt"), "");

    assertThat(ScenarioRuns.in(folder))
        .extracting(file -> file.getFileName().toString())
        .containsExactly("base.yaml", "clustered-8.yaml", "clustered-16.yaml");
  }

  @Test
  void runsFirstWhatAScenarioStartsFrom() {
    JsonNode answer = run(folder.resolve("clustered-8.yaml"), "--json").json();

    assertThat(answer.path("stages").findValuesAsText("stage"))
        .containsExactly("clustered", "int8");
  }

  @Test
  void refusesScenariosThatStartFromEachOther() throws IOException {
    Files.writeString(
        folder.resolve("base.yaml"),
        TRAIN.replace("builder: tutorial-cnn", "scenario: clustered-8.yaml"));

    Invocation invocation = run(folder.resolve("clustered-8.yaml"));

    assertThat(invocation.code()).isEqualTo(2);
    assertThat(invocation.err())
        .contains("scenarios start from each other: clustered-8.yaml, base.yaml");
  }
}
