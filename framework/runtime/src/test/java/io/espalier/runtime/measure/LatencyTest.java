package io.espalier.runtime.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.Shape;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatencyTest {
  @TempDir Path folder;

  @Test
  void figuresComeFromManyInferencesAfterWarmUps() {
    Path file =
        TinyOnnx.write(
            folder.resolve("a.onnx"), TinyOnnx.gemm(new float[][] {{1, 0}, {0, 1}}, 0, 0));

    LatencyFigures figures = Latency.measure(file);

    assertThat(figures.warmUps()).isGreaterThanOrEqualTo(10);
    assertThat(figures.samples()).isGreaterThanOrEqualTo(20);
    assertThat(figures.p50Micros()).isPositive().isLessThanOrEqualTo(figures.p90Micros());
  }

  @Test
  void anOpenExtentNeedsTheShapeOfASample() {
    Path file = TinyOnnx.write(folder.resolve("pool.onnx"), TinyOnnx.pooling(3));

    assertThatThrownBy(() -> Latency.measure(file))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("any x 3 x any x any");
    assertThat(Latency.measure(file, Shape.of(3, 4, 4)).p50Micros()).isPositive();
  }

  @Test
  void percentilesAreNearestRank() {
    long[] sorted = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

    assertThat(Latency.percentile(sorted, 50)).isEqualTo(5);
    assertThat(Latency.percentile(sorted, 90)).isEqualTo(9);
    assertThat(Latency.percentile(new long[] {7}, 90)).isEqualTo(7);
  }
}
