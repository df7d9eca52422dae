package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.core.BuildOptions;
import io.espalier.core.ModelBuilders;
import io.espalier.core.OnnxFormat;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine computes of each network that Espalier can make what ONNX Runtime computes. */
class BuiltInForwardTest {
  private static final int CLASSES = 7;
  private static final int SAMPLES = 3;
  private static final double TOLERANCE = 2e-5;

  static Stream<String> networks() {
    return ModelBuilders.names().stream();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void computesWhatOnnxRuntimeComputes(String name) throws OrtException {
    boolean digits = List.of("fashion-cnn", "lenet-5", "mlp", "tutorial-cnn").contains(name);
    int size = digits ? 28 : 32;
    Model model =
        withStatistics(ModelBuilders.model(name).build(3, new BuildOptions(CLASSES, size, size)));
    Tensor samples = samples(model, size);

    Tensor actual = GraphEvaluator.evaluate(model, Map.of(samples.name(), samples)).get(0);

    float[] expected = runtime(model, samples);
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(expected[i] - actual.floats().get(i)));
    }
    assertThat(actual.shape()).isEqualTo(Shape.of(SAMPLES, CLASSES));
    assertThat(largest).isGreaterThan(1e-3);
    assertThat(difference / largest).isLessThan(TOLERANCE);
  }

  private static Tensor samples(Model model, int size) {
    Shape one = model.graph().inputs().get(0).shape(SAMPLES);
    Random random = new Random(size);
    float[] values = new float[(int) one.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(model.graph().inputs().get(0).name(), one, values);
  }

  /** With scales, biases and running statistics as a training leaves them. */
  private static Model withStatistics(Model model) {
    Random random = new Random(11);
    List<Tensor> moved =
        model.graph().nodes().stream()
            .filter(node -> node.type().equals("BatchNormalization"))
            .map(Node::inputs)
            .flatMap(inputs -> inputs.subList(1, inputs.size()).stream())
            .map(model::tensor)
            .map(tensor -> moved(tensor, random))
            .toList();
    return model.withTensors(moved);
  }

  private static Tensor moved(Tensor tensor, Random random) {
    float[] values = tensor.toFloatArray();
    for (int i = 0; i < values.length; i++) {
      values[i] += 0.4f * (random.nextFloat() - 0.5f);
    }
    return Tensor.ofFloats(tensor.name(), tensor.shape(), values);
  }

  private static float[] runtime(Model model, Tensor samples) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(new OnnxFormat().bytes(model));
        OnnxTensor input =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(samples.toFloatArray()), samples.shape().toArray());
        OrtSession.Result result = session.run(Map.of(samples.name(), input))) {
      FloatBuffer output = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] values = new float[output.remaining()];
      output.get(values);
      return values;
    }
  }
}
