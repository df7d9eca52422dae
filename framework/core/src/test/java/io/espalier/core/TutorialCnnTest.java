package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import org.junit.jupiter.api.Test;

class TutorialCnnTest {
  private final Model model = TutorialCnn.build(42);

  @Test
  void namesItsNodesAndTensors() {
    assertThat(model.graph().nodes())
        .extracting(Node::name)
        .containsExactly("conv", "relu", "pool", "flatten", "dense");
    assertThat(model.tensors().keySet())
        .containsExactly("conv.weight", "conv.bias", "dense.weight", "dense.bias");
    assertThat(model.tensor("dense.weight").shape()).isEqualTo(Shape.of(10, 2028));
  }

  @Test
  void drawsWeightsWithinGlorotsLimit() {
    float limit = (float) Math.sqrt(6.0 / (2028 + 10));
    float[] weights = model.tensor("dense.weight").toFloatArray();
    double sum = 0;
    double squares = 0;
    for (float weight : weights) {
      assertThat(Math.abs(weight)).isLessThanOrEqualTo(limit);
      sum += weight;
      squares += weight * weight;
    }

    assertThat(sum / weights.length).isBetween(-0.02 * limit, 0.02 * limit);
    assertThat(squares / weights.length).isBetween(0.32 * limit * limit, 0.345 * limit * limit);
  }

  @Test
  void startsWithZeroBiases() {
    assertThat(model.tensor("conv.bias").toFloatArray()).containsOnly(0);
    assertThat(model.tensor("dense.bias").toFloatArray()).containsOnly(0);
  }

  @Test
  void isTheSameForTheSameSeedOnly() {
    OnnxFormat onnx = new OnnxFormat();

    assertThat(onnx.bytes(TutorialCnn.build(42))).isEqualTo(onnx.bytes(model));
    assertThat(TutorialCnn.build(43)).isNotEqualTo(model);
  }

  /** Runs that were recorded with earlier versions start from these bytes. */
  @Test
  void keepsItsBytes() {
    OnnxFormat onnx = new OnnxFormat();

    assertThat(ContentHash.sha256(onnx.bytes(TutorialCnn.build(1))))
        .isEqualTo("1ac27245e273df420c7bd87389aa580f2841aa1f03f9f290f127b53790cd8f40");
    assertThat(ContentHash.sha256(onnx.bytes(model)))
        .isEqualTo("83f33657211f65c658c8adff5cb607bc4be4f7905075bff1bee0756e35741963");
  }

  @Test
  void isBuiltByName() {
    assertThat(ModelBuilders.build("tutorial-cnn", 42)).isEqualTo(model);
  }
}
