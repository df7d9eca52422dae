package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.runtime.RunFolder;
import io.espalier.runtime.report.Host;
import io.espalier.runtime.report.Measurements;
import io.espalier.runtime.report.StageMeasurement;
import io.espalier.runtime.report.StageMeasurement.Bytes;
import io.espalier.runtime.report.StageMeasurement.LatencyMicros;
import io.espalier.runtime.report.StageMeasurement.LayerMeasurement;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is told of runs that took channels out. */
class SeedTableTest {
  private static StageMeasurement model(String name, double accuracy, double micros, long filters) {
    LayerMeasurement layer =
        new LayerMeasurement("conv1", "Conv", "w", List.of(filters, 1L, 3L, 3L), 1, 0, 0, 1);
    return new StageMeasurement(
        name,
        accuracy,
        0.1,
        0,
        0,
        1,
        1_000 * filters,
        1,
        new Bytes(1, 1),
        new LatencyMicros(micros, micros, 1, 1),
        name + ".onnx",
        "",
        1,
        1,
        List.of(),
        List.of(layer),
        null);
  }

  private static RunResult run(double drop, double share) {
    Measurements measured =
        new Measurements(
            "run",
            "data",
            1,
            List.of(model("before", 0.9, 200, 8), model("after", 0.9 - drop, 200 * share, 4)),
            1,
            "lab",
            "",
            "1",
            new Host("", "", "", 2, ""),
            List.of());
    return new RunResult(new RunFolder(Path.of("run")), Optional.of(measured));
  }

  @Test
  void comparesAccuracyAndLatencyWithTheFirstModelOfTheSameSeed() {
    SeedTable table =
        SeedTable.of(List.of(1L, 2L), List.of(List.of(run(0.01, 0.4)), List.of(run(0.03, 0.6))));

    SeedTable.Row after = table.models().get(1);
    assertThat(after.dropPoints().mean()).isCloseTo(2, within(1e-9));
    assertThat(after.latencyShare().mean()).isCloseTo(0.5, within(1e-9));
    assertThat(after.latencyMicros().mean()).isCloseTo(100, within(1e-9));
    assertThat(after.parameters().mean()).isEqualTo(4_000);
    assertThat(after.layers())
        .containsExactly(new RunResult.Shaped("conv1", List.of(4L, 1L, 3L, 3L)));
  }

  @Test
  void showsShapesSideBySideWithWhatTheyAreWorth() {
    assertThat(RunTable.shapes(List.of(run(0.01, 0.4))).lines())
        .containsSubsequence(
            "layer        before    after",
            "conv1       8x1x3x3  4x1x3x3",
            "parameters    8,000    4,000")
        .anyMatch(line -> line.startsWith("Verdict: faster: one inference of 'after' takes 0.40"));
  }

  @Test
  void saysNothingOfShapesThatStayed() {
    RunResult run = run(0, 1);
    Measurements measured = run.measurements().orElseThrow();
    Measurements one =
        new Measurements(
            "run",
            "data",
            1,
            measured.stages().subList(0, 1),
            1,
            "lab",
            "",
            "1",
            measured.host(),
            List.of());

    assertThat(RunTable.shapes(List.of(new RunResult(run.folder(), Optional.of(one))))).isEmpty();
  }
}
