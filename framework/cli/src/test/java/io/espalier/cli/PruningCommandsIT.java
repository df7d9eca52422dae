package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.api.FailureCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that help to decide how far to prune. */
class PruningCommandsIT {
  @TempDir Path work;

  @Test
  void aScheduleIsPrintedAndPlotted() {
    Invocation shown =
        Invocation.of(
            "schedule",
            "polynomial",
            "--steps",
            "200",
            "-p",
            "initialSparsity=0.2",
            "-p",
            "finalSparsity=0.8",
            "-p",
            "begin=100",
            "-p",
            "end=110",
            "-p",
            "frequency=2");

    assertThat(shown.code()).isZero();
    assertThat(shown.out()).contains("0.4928", "0.8000", "0.8 |", "*");
  }

  @Test
  void aScheduleIsToldAsJson() {
    JsonNode told =
        Invocation.of(
                "preview",
                "multi-step",
                "--steps",
                "100",
                "--json",
                "-p",
                "milestones=[{\"at\":10,\"sparsity\":0.5},{\"at\":60,\"sparsity\":0.75}]")
            .json();

    assertThat(told.path("finalSparsity").asDouble()).isEqualTo(0.75);
    assertThat(told.path("updates").findValuesAsText("step")).containsExactly("10", "60");
  }

  @Test
  void aScheduleThatLacksAParameterSaysHowToGiveIt() {
    Invocation refused = Invocation.of("schedule", "polynomial", "--steps", "100");

    assertThat(refused.code()).isEqualTo(FailureCode.USAGE.exitCode());
    assertThat(refused.err()).startsWith("espalier: --parameter finalSparsity: is missing");
  }

  @Test
  void aScheduleThatMakesNoSenseIsRefused() {
    Invocation refused =
        Invocation.of(
            "schedule",
            "polynomial",
            "--steps",
            "100",
            "-p",
            "finalSparsity=0.8",
            "-p",
            "begin=50",
            "-p",
            "end=40");

    assertThat(refused.code()).isEqualTo(FailureCode.USAGE.exitCode());
    assertThat(refused.err()).contains("begin: 50 is not allowed: it is after end 40");
  }

  @Test
  void sensitivityIsMeasuredByLayerAndAnAllocationSolved() {
    Path model = work.resolve("net.onnx");
    Invocation.of("new", "tutorial-cnn", "-o", model);

    JsonNode told =
        Invocation.of(
                "sensitivity",
                model,
                "--dataset",
                "digits",
                "--samples",
                "50",
                "--ratios",
                "0.5,0.9",
                "--target",
                "0.6",
                "-o",
                work.resolve("s.html"),
                "--json")
            .json();

    assertThat(told.path("sensitivity").path("layers")).hasSize(2);
    assertThat(told.path("allocation")).hasSize(2);
    assertThat(work.resolve("s.html")).content().contains("<svg");
  }
}
