package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import java.nio.FloatBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphBuilderTest {
  private final GraphBuilder graph = new GraphBuilder("net", 7, Initializer.HE);

  private static float[] extremes(float[] values) {
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    return new float[] {least, most};
  }

  @Test
  void drawsTheWeightsOfRectifiedLayersAfterHe() {
    Flow end = graph.input("image", 8, 9, 9).conv("conv", 64, Window.of(3));
    float limit = (float) Math.sqrt(6.0 / (8 * 9));

    float[] found = extremes(graph.build(end, "y").tensor("conv.weight").toFloatArray());

    assertThat(found[0]).isBetween(-limit, -0.99f * limit);
    assertThat(found[1]).isBetween(0.99f * limit, limit);
  }

  @Test
  void drawsTheWeightsOfADepthwiseConvolutionForOneChannel() {
    Flow end = graph.input("image", 256, 9, 9).depthwise("conv", Window.of(3));
    float limit = (float) Math.sqrt(6.0 / 9);

    float[] found = extremes(graph.build(end, "y").tensor("conv.weight").toFloatArray());

    assertThat(found[0]).isBetween(-limit, -0.99f * limit);
    assertThat(found[1]).isBetween(0.99f * limit, limit);
  }

  @Test
  void drawsTheLastLayerAfterGlorot() {
    Flow end = graph.input("row", 500).classifier("dense", 10);
    float limit = (float) Math.sqrt(6.0 / 510);

    float[] found = extremes(graph.build(end, "y").tensor("dense.weight").toFloatArray());

    assertThat(found[0]).isBetween(-limit, -0.99f * limit);
    assertThat(found[1]).isBetween(0.99f * limit, limit);
  }

  @Test
  void drawsATensorAlikeWhateverStandsAroundIt() {
    Flow alone = graph.input("row", 5).dense("b", 3);
    GraphBuilder other = new GraphBuilder("other", 7, Initializer.HE);
    Flow second = other.input("row", 4).dense("a", 5).dense("b", 3);

    assertThat(other.build(second, "y").tensor("b.weight"))
        .isEqualTo(graph.build(alone, "y").tensor("b.weight"));
  }

  @Test
  void refusesAnImageThatAWindowDoesNotFit() {
    Flow image = graph.input("image", 1, 4, 6);

    assertThatThrownBy(() -> image.conv("conv", 2, Window.of(5)))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.USAGE))
        .hasMessageContainingAll("'net'", "'conv'", "5x5", "4x6", "larger image");
  }

  @Test
  void refusesATensorOfMoreThanTwoGibibytes() {
    Flow row = graph.input("row", 1 << 20);

    assertThatThrownBy(() -> row.dense("dense", 1 << 10))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.USAGE))
        .hasMessageContainingAll("'dense.weight'", "1024x1048576", "2 GiB");
  }

  @Test
  void refusesTwoTensorsOfOneName() {
    Flow row = graph.input("row", 5);
    row.dense("dense", 3);

    assertThatThrownBy(() -> row.dense("dense", 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("dense.weight");
  }

  /** Option A of He et al. (2015). */
  @Test
  void theShortcutTakesEverySecondPixelAndAddsZeroChannels() throws OrtException {
    Flow image = graph.input("image", 1, 3, 4);
    Model model = graph.build(ResidualBlock.Shortcut.ZEROS.apply("shortcut", image, 3, 2), "y");
    float[] pixels = {1, -2, 3, 4, 5, 6, 7, 8, 9, 10, -11, 12};

    assertThat(run(model, pixels, 1, 1, 3, 4))
        .containsExactly(1, 3, 9, -11, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  private static float[] run(Model model, float[] values, long... shape) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(new OnnxFormat().bytes(model));
        OnnxTensor image = OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
        OrtSession.Result result = session.run(Map.of("image", image))) {
      FloatBuffer found = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] array = new float[found.remaining()];
      found.get(array);
      return array;
    }
  }
}
