package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.api.Model;
import io.espalier.api.Tensor;
import io.espalier.core.Encoding;
import io.espalier.core.OnnxFormat;
import io.espalier.core.TutorialCnn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SizesCommandTest {
  @TempDir private Path work;

  /**
   * The tutorial's network with four of five weights of its dense layer at zero, 16 values left.
   */
  private static Model model() {
    Model model = TutorialCnn.build(1);
    Tensor dense = model.tensor("dense.weight");
    float[] values = dense.toFloatArray();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(5) == 0 ? 1 + random.nextInt(15) : 0;
    }
    return model.withTensors(List.of(Tensor.ofFloats(dense.name(), dense.shape(), values)));
  }

  private Path written(Encoding encoding) {
    Path file = work.resolve("net" + encoding.ending());
    encoding.format().write(model(), file);
    return file;
  }

  @Test
  void weighsAModelInEveryEncoding() throws IOException {
    Path file = written(Encoding.ONNX);

    JsonNode sizes = Invocation.of("sizes", file, "--json").json().path("sizes");

    assertThat(sizes.path("onnx").asLong()).isEqualTo(Files.size(file));
    assertThat(sizes.path("onnxSparse").asLong())
        .isEqualTo(Files.size(written(Encoding.SPARSE_ONNX)));
    assertThat(sizes.path("onnxCodebook").asLong())
        .isEqualTo(Files.size(written(Encoding.CODEBOOK_ONNX)));
    assertThat(sizes.path("espalier").asLong()).isEqualTo(Files.size(written(Encoding.CONTAINER)));
    assertThat(sizes.path("entropyBound").asLong()).isLessThan(sizes.path("espalier").asLong());
    assertThat(sizes.path("deflation").asDouble()).isBetween(0.8, 1.0);
    assertThat(sizes.path("smallest").asText()).isEqualTo("espalier");
    assertThat(sizes.path("smallestRunnable").asText()).isEqualTo("onnx-codebook");
  }

  @Test
  void saysPlainlyThatZerosDoNotMakeItFaster() {
    Invocation sizes = Invocation.of("sizes", written(Encoding.ONNX));

    assertThat(sizes.code()).as(sizes.err()).isZero();
    assertThat(sizes.out())
        .contains(
            "smallest file: espalier; smallest that ONNX Runtime runs as it is: onnx-codebook")
        .contains("do not make ONNX Runtime faster");
  }

  @Test
  void unpacksAContainerToTheSameBytesAsTheDenseFile() throws IOException {
    Path unpacked = work.resolve("unpacked.onnx");

    Invocation unpack = Invocation.of("unpack", written(Encoding.CONTAINER), "-o", unpacked);

    assertThat(unpack.code()).as(unpack.err()).isZero();
    assertThat(unpacked).hasBinaryContent(new OnnxFormat().bytes(model()));
  }

  @Test
  void refusesACorruptContainerInOneLine() throws IOException {
    Path file = written(Encoding.CONTAINER);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);

    Invocation unpack = Invocation.of("unpack", file, "-o", work.resolve("x.onnx"));

    assertThat(unpack.code()).isEqualTo(3);
    assertThat(unpack.err().strip()).contains(file + ": is damaged: section").hasLineCount(1);
    assertThat(work.resolve("x.onnx")).doesNotExist();
  }
}
