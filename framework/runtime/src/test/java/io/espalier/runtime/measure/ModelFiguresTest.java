package io.espalier.runtime.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.core.Encoding;
import io.espalier.core.OnnxFormat;
import io.espalier.core.TutorialCnn;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFiguresTest {
  @TempDir Path folder;

  private Path gemm() {
    float[][] weight = {{0, 0.5f, 0.5f}, {0.25f, 0, 0}};
    return TinyOnnx.write(folder.resolve("a.onnx"), TinyOnnx.gemm(weight, 0, 7));
  }

  @Test
  void countsAreThoseOfTheFile() throws IOException {
    ModelFigures figures = figures(gemm(), List.of());

    assertThat(figures.parameters()).isEqualTo(8);
    assertThat(figures.nonZero()).isEqualTo(4);
    assertThat(figures.prunableWeights()).isEqualTo(6);
    assertThat(figures.zeros()).isEqualTo(3);
    assertThat(figures.achievedSparsity()).isEqualTo(0.5);
    assertThat(figures.uniqueValues()).isEqualTo(3);
    assertThat(figures.fileBytes()).isEqualTo(Files.size(gemm()));
  }

  @Test
  void uniqueValuesAreThoseOfTheClusteredTensors() {
    Path file = folder.resolve("cnn.onnx");
    new OnnxFormat().write(TutorialCnn.build(3), file);
    ModelFigures all = figures(file, List.of());
    String smallest =
        all.layers().stream()
            .min((a, b) -> Long.compare(a.uniqueValues(), b.uniqueValues()))
            .orElseThrow()
            .weight();

    ModelFigures one = figures(file, List.of(smallest));

    assertThat(all.parameters()).isEqualTo(20_410);
    assertThat(one.uniqueValues()).isLessThan(all.uniqueValues());
  }

  @Test
  void aClusteredTensorThatIsNotThereFailsVerification() {
    Path file = gemm();

    assertThatThrownBy(() -> figures(file, List.of("gone.weight")))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("gone.weight")
        .hasMessageContaining("fc.weight")
        .extracting(e -> ((EspalierException) e).code())
        .isEqualTo(FailureCode.VERIFICATION);
  }

  @Test
  void gzipSizeIsThatOfAFileThatUnpacksAgain() throws IOException {
    Path file = Files.write(folder.resolve("zeros"), new byte[100_000]);
    java.io.ByteArrayOutputStream packed = new java.io.ByteArrayOutputStream();
    try (var gzip =
        new java.util.zip.GZIPOutputStream(packed) {
          {
            def.setLevel(9);
          }
        }) {
      Files.copy(file, gzip);
    }

    assertThat(ModelFigures.gzipSize(file)).isEqualTo(packed.size());
    assertThat(new GZIPInputStream(new ByteArrayInputStream(packed.toByteArray())).readAllBytes())
        .hasSize(100_000);
  }

  private static ModelFigures figures(Path file, List<String> clustered) {
    return ModelFigures.of(file, Encoding.read(file), clustered);
  }
}
