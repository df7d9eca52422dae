package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.FailureCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins are jars in a folder: dropped in, deleted, broken. */
class PluginsIT {
  private static final String BUILT = System.getProperty("espalier.home");

  @TempDir private Path work;
  private Distribution copy;

  @BeforeEach
  void copyTheDistribution() {
    Path home = work.resolve("home");
    copy = Distribution.copiedTo(home);
    System.setProperty("espalier.home", home.toString());
  }

  @AfterEach
  void goBackToTheBuiltOne() {
    System.setProperty("espalier.home", BUILT);
  }

  private Invocation runQuickstart() {
    return Invocation.of("run", copy.quickstart("digits.yaml"), "--out", work.resolve("runs"));
  }

  @Test
  void listsEveryPluginWithItsExtensionsAndParameters() {
    Invocation plugins = Invocation.of("plugins");

    assertThat(plugins.code()).isZero();
    assertThat(plugins.out())
        .contains("pruner 'magnitude'", "scheduler 'polynomial'", "clusterer 'k-means'")
        .contains("in steps, epochs or share", "; may be left out)")
        .contains("fine-tuner 'jvm'", "dataset 'mnist'", "learningRate", "default")
        .contains("exporter 'onnx-codebook'", "exporter 'espalier'");
  }

  @Test
  void listsThemAsJson() {
    assertThat(Invocation.of("plugins", "--json").json().findValuesAsText("id"))
        .contains("magnitude", "schedules", "kmeans", "jvm-trainer", "idx-data");
  }

  @Test
  void aDeletedPluginIsNamedByTheScenarioThatNeedsIt() throws Exception {
    Files.delete(copy.plugin("kmeans"));

    Invocation run = runQuickstart();

    assertThat(run.code()).isEqualTo(FailureCode.PLUGIN.exitCode());
    assertThat(run.err())
        .contains("there is no clusterer 'k-means'", "the plugin 'kmeans' is missing");
    assertThat(work.resolve("runs"))
        .satisfiesAnyOf(
            runs -> assertThat(runs).doesNotExist(), runs -> assertThat(runs).isEmptyDirectory());
  }

  @Test
  void aCorruptJarIsReportedAndTheRestWorks() throws Exception {
    Files.write(copy.plugins().resolve("broken-1.0.jar"), new byte[] {1, 2, 3});

    Invocation plugins = Invocation.of("plugins");

    assertThat(plugins.code()).isZero();
    assertThat(plugins.out()).contains("broken-1.0.jar: ", "pruner 'magnitude'");
    assertThat(runToTheFirstStep()).isTrue();
  }

  /** Whether the quickstart gets as far as training. */
  private boolean runToTheFirstStep() throws Exception {
    Path output = work.resolve("output.txt");
    Process process =
        copy.start(
            output, "", "run", copy.quickstart("digits.yaml"), "--out", work.resolve("runs"));
    while (process.isAlive() && !Files.readString(output).contains("train")) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    process.destroyForcibly().waitFor();
    return Files.readString(output).contains("(train) done");
  }
}
