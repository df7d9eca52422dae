package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every encoding gives the same tensors back, and those that ONNX Runtime takes the same outputs.
 */
class EncodingTest {
  @TempDir Path folder;

  @Property(tries = 60)
  void givesBackTheSameModel(@ForAll long seed, @ForAll Encoding encoding) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    double sparsity = new double[] {0, 0.3, 0.8, 0.97, 1}[random.nextInt(5)];
    int values = new int[] {0, 1, 3, 15, 16, 31, 255, 300}[random.nextInt(8)];
    Model model = EncodedModels.model(sparsity, values, random.nextBoolean(), seed);
    Path file = Files.createTempFile("encoding", encoding.ending());
    try {
      encoding.format().write(model, file);

      assertThat(encoding.format().read(file).tensors().values())
          .containsExactlyInAnyOrderElementsOf(model.tensors().values());
      assertThat(encoding.format().read(file).graph()).isEqualTo(model.graph());
      assertThat(encoding.size(model)).isEqualTo(Files.size(file));
    } finally {
      Files.delete(file);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0.8, 31, false",
    "0.5, 12, false",
    "0, 15, true",
    "0.5, 40, true",
    "0.9, 0, false",
    "0, 200, false"
  })
  void computesTheSameOnOnnxRuntime(double sparsity, int values, boolean byChannel)
      throws OrtException {
    Model model = EncodedModels.model(sparsity, values, byChannel, 7);
    float[] expected = run(model, Encoding.ONNX);

    assertThat(run(model, Encoding.SPARSE_ONNX)).isEqualTo(expected);
    assertThat(run(model, Encoding.CODEBOOK_ONNX)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "0.9, 0, false, SPARSE_ONNX, 0.4",
    "0, 200, false, CODEBOOK_ONNX, 0.35",
    "0, 15, false, CODEBOOK_ONNX, 0.2",
    "0, 15, true, CODEBOOK_ONNX, 0.25",
    "0.8, 31, false, CONTAINER, 0.08",
    "0, 12, true, CONTAINER, 0.2",
    "0, 0, false, CONTAINER, 0.9"
  })
  void makesTheFileItselfSmall(
      double sparsity, int values, boolean byChannel, Encoding encoding, double share) {
    Model model = EncodedModels.model(sparsity, values, byChannel, 7);

    assertThat((double) encoding.size(model) / Encoding.ONNX.size(model)).isLessThan(share);
  }

  @Test
  void tensorsOfTheSameValuesHaveOneListOfThem() {
    Model model = EncodedModels.model(0, 15, false, 7);
    List<Tensor> shared = new ArrayList<>();
    for (String name : List.of("conv.weight", "matmul.weight", "gemm.weight")) {
      float[] elements = new float[model.tensor(name).size()];
      for (int i = 0; i < elements.length; i++) {
        elements[i] = i % 20 - 9.5f;
      }
      shared.add(Tensor.ofFloats(name, model.tensor(name).shape(), elements));
    }
    Model same = model.withTensors(shared);

    assertThat(SharedValueGraph.of(same).tensors().keySet())
        .filteredOn(name -> name.endsWith("/values"))
        .hasSize(1);
    OnnxFormat onnx = new OnnxFormat();
    assertThat(onnx.parse(onnx.bytes(SharedValueGraph.of(same)), "shared").tensors())
        .isEqualTo(same.tensors());
  }

  private float[] run(Model model, Encoding encoding) throws OrtException {
    Path file = folder.resolve(encoding.id() + ".onnx");
    encoding.format().write(model, file);
    Shape shape = Shape.of(4, 3, 8, 8);
    float[] image = new float[(int) shape.size()];
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) random.nextDouble();
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(file.toString());
        OnnxTensor given =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(image), shape.toArray());
        OrtSession.Result result = session.run(Map.of("image", given))) {
      FloatBuffer scores = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] all = new float[scores.remaining()];
      scores.get(all);
      return all;
    }
  }
}
