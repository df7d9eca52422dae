package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.espalier.api.Codebook;
import io.espalier.api.DataType;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Graph;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.core.Int8Model.Range;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class Int8ModelTest {
  private static final Map<String, Range> RANGES =
      ranges(Int8Model.activations(EncodedModels.model(0, 0, false, 1)), 0, 0);

  private static Map<String, Range> ranges(List<String> names, float least, float greatest) {
    Map<String, Range> ranges = new LinkedHashMap<>();
    names.forEach(name -> ranges.put(name, new Range(least, greatest)));
    return ranges;
  }

  /** The model with a mask of its zeros and, if it has few values, a codebook of its values. */
  private static Model bound(Model model, boolean shared) {
    Model bound = model;
    for (String name : List.of("conv.weight", "matmul.weight", "gemm.weight")) {
      Tensor tensor = model.tensor(name);
      bound = bound.withConstraint(Mask.ofNonZero(tensor));
      if (shared) {
        float[] values = tensor.toFloatArray();
        List<Float> different = new java.util.ArrayList<>(new java.util.TreeSet<>(list(values)));
        float[] entries = new float[different.size()];
        char[] indices = new char[values.length];
        for (int i = 0; i < entries.length; i++) {
          entries[i] = different.get(i);
        }
        for (int i = 0; i < indices.length; i++) {
          indices[i] = (char) different.indexOf(values[i]);
        }
        bound =
            bound.withConstraint(
                new Codebook(
                    name, tensor.shape(), entries, indices, OptionalInt.of(different.indexOf(0f))));
      }
    }
    return bound;
  }

  private static List<Float> list(float[] values) {
    List<Float> list = new java.util.ArrayList<>();
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  @Test
  void asksForWhatGoesInAndComesOutOfLayersButNotForTheResult() {
    assertThat(Int8Model.activations(EncodedModels.model(0, 0, false, 1)))
        .containsExactly("image", "conv.out", "flat", "hidden");
    assertThat(Int8Model.activations(TutorialCnn.build(1)))
        .containsExactly("image", "relu.out", "flatten.out");
  }

  @Test
  void keepsEveryZeroAtZero() {
    Model model = bound(EncodedModels.model(0.8, 0, false, 3), false);

    Model int8 = Int8Model.of(model, RANGES);

    for (Mask mask : model.masks().values()) {
      ByteBuffer bytes = int8.tensor(mask.tensor()).bytes();
      assertThat(int8.tensor(mask.tensor()).type()).isEqualTo(DataType.INT8);
      for (int i = 0; i < mask.size(); i++) {
        assertThat(mask.keeps(i) || bytes.get(i) == 0).isTrue();
      }
    }
    Verification.check(int8, int8);
    assertThat(Inspection.of(int8).layers()).hasSize(3);
    assertThat(Inspection.of(int8).zeros()).isGreaterThanOrEqualTo(Inspection.of(model).zeros());
  }

  @Test
  void keepsSharedValuesSharedAndNoMoreOfThem() {
    Model model = bound(EncodedModels.model(0.5, 31, false, 3), true);

    Model int8 = Int8Model.of(model, RANGES);

    Verification.check(int8, int8);
    assertThat(Inspection.of(int8).layers())
        .allSatisfy(row -> assertThat(row.uniqueValues()).isLessThanOrEqualTo(32));
    assertThat(int8.tensor("conv.weight/scale").shape()).isEqualTo(Shape.of());
  }

  @Test
  void scalesEachOutputChannelOnItsOwn() {
    Model model = EncodedModels.model(0, 0, false, 3);

    Model int8 = Int8Model.of(model, RANGES);

    assertThat(int8.tensor("conv.weight/scale").shape()).isEqualTo(Shape.of(16));
    assertThat(int8.tensor("matmul.weight/scale").shape()).isEqualTo(Shape.of(37));
    assertThat(int8.tensor("gemm.weight/scale").shape()).isEqualTo(Shape.of(11));
    assertThat(int8.tensor("gemm.bias").type()).isEqualTo(DataType.INT32);
  }

  @Test
  void computesNearlyTheSameOnOnnxRuntime() throws OrtException {
    Model model = EncodedModels.model(0.5, 0, false, 3);
    float[] expected = run(model);
    Map<String, Range> ranges = ranges(Int8Model.activations(model), -2, 2);
    ranges.put("image", new Range(0, 1));

    float[] found = run(Int8Model.of(model, ranges));

    double error = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      error += Math.pow(found[i] - expected[i], 2);
      size += Math.pow(expected[i], 2);
    }
    assertThat(Math.sqrt(error / size)).isCloseTo(0, within(0.05));
  }

  @Test
  void refusesToVerifyWhereASharedValueIsLost() {
    Model int8 = Int8Model.of(bound(EncodedModels.model(0.5, 31, false, 3), true), RANGES);
    Tensor weight = int8.tensor("conv.weight");
    byte[] bytes = new byte[weight.size()];
    weight.bytes().get(bytes);
    int at = 0;
    while (bytes[at] == 0) {
      at++;
    }
    bytes[at]++;
    Model broken =
        int8.withTensors(
            List.of(
                Tensor.of(weight.name(), DataType.INT8, weight.shape(), ByteBuffer.wrap(bytes))));

    assertThatThrownBy(() -> Verification.check(int8, broken))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.VERIFICATION))
        .hasMessageContaining("'conv.weight'");
  }

  @Test
  void refusesOperatorSetsWithoutScalesByChannel() {
    Model model = TutorialCnn.build(1);
    Graph old = model.graph();
    Model older =
        Model.of(
            new Graph(old.name(), old.nodes(), old.inputs(), old.outputs(), Map.of("", 11L)),
            model.tensors().values());

    assertThatThrownBy(() -> Int8Model.activations(older))
        .hasMessage(
            "model 'tutorial-cnn': uses ONNX operator set 11; int8 by channel needs 13, convert it first");
  }

  private static float[] run(Model model) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    float[] image = new float[4 * 3 * 8 * 8];
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) random.nextDouble();
    }
    try (OrtSession session = environment.createSession(new OnnxFormat().bytes(model));
        OnnxTensor given =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(image), new long[] {4, 3, 8, 8});
        OrtSession.Result result = session.run(Map.of("image", given))) {
      FloatBuffer scores = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] all = new float[scores.remaining()];
      scores.get(all);
      return all;
    }
  }
}
