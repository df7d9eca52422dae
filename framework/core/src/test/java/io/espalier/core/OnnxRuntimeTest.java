package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What Espalier writes and infers, held against ONNX Runtime. */
class OnnxRuntimeTest {
  private static final int BATCH = 3;
  private static final OnnxFormat ONNX = new OnnxFormat();

  /** Runs a model on ones and gives the shape of its first output. */
  private static Shape run(Model model) throws OrtException {
    try (OrtSession session = OrtEnvironment.getEnvironment().createSession(ONNX.bytes(model))) {
      return run(session, model);
    }
  }

  private static Shape run(OrtSession session, Model model) throws OrtException {
    ValueInfo input = model.graph().inputs().get(0);
    Shape shape = input.shape(BATCH);
    float[] ones = new float[(int) shape.size()];
    Arrays.fill(ones, 1);
    try (OnnxTensor given =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), FloatBuffer.wrap(ones), shape.toArray());
        OrtSession.Result result = session.run(Map.of(input.name(), given))) {
      return Shape.of(((TensorInfo) result.get(0).getInfo()).getShape());
    }
  }

  private static Shape inferred(Model model) {
    Shape shape = Shapes.infer(model, BATCH).get(model.graph().outputs().get(0).name());
    return shape == null ? Shape.of() : shape;
  }

  @Test
  void runsTheTutorialNetwork() throws OrtException {
    Model model = TutorialCnn.build(1);

    assertThat(run(model)).isEqualTo(Shape.of(BATCH, 10)).isEqualTo(inferred(model));
  }

  @Test
  void runsAModelWhoseTensorsAreInADataFile(@TempDir Path folder) throws OrtException {
    Model model = TutorialCnn.build(1);
    Path file = folder.resolve("cnn.onnx");
    new OnnxFormat(1000).write(model, file);

    try (OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString())) {
      assertThat(run(session, model)).isEqualTo(Shape.of(BATCH, 10));
    }
  }

  static Stream<Arguments> operators() {
    Tensor square = Graphs.floats("w", 6, 6);
    return Stream.of(
        of(2, x(6), "Gemm", List.of("x", "w"), square),
        of(2, x(6), "Gemm", List.of("x", "w", "b"), square, Graphs.floats("b", 6)),
        of(2, x(6), "MatMul", List.of("x", "w"), square),
        of(1, x(6), "MatMul", List.of("x", "w"), Graphs.floats("w", 6)),
        of(3, x(4, 6), "MatMul", List.of("x", "w"), square),
        of(4, x(4, 6), "MatMul", List.of("x", "w"), Graphs.floats("w", 5, 1, 6, 2)),
        of(1, x(), "MatMul", List.of("w", "x"), Graphs.floats("w", 5, BATCH)),
        of(3, x(4, 1), "Add", List.of("x", "w"), Graphs.floats("w", 6)),
        of(4, x(4), "Sub", List.of("w", "x"), Graphs.floats("w", 2, 5, 1, 4)),
        of(2, x(4), "Mul", List.of("x", "w"), Tensor.ofFloats("w", Shape.of(), 2)),
        of(2, x(4), "Div", List.of("x", "w"), Graphs.floats("w", 1)),
        of(2, x(4), "Relu", List.of("x")),
        of(2, x(4), "LeakyRelu", List.of("x")),
        of(2, x(4), "Sigmoid", List.of("x")),
        of(2, x(4), "Tanh", List.of("x")),
        of(2, x(4), "Clip", List.of("x")),
        of(2, x(4), "Softmax", List.of("x")),
        of(2, x(4), "LogSoftmax", List.of("x")),
        of(2, x(4), "Identity", List.of("x")),
        of(2, x(4), "Dropout", List.of("x")),
        of(4, x(4, 5, 6), "GlobalAveragePool", List.of("x")),
        of(2, x(4, 5, 6), "Flatten", List.of("x")),
        of(
            3,
            x(4, 5),
            "Pad",
            List.of("x", "p"),
            Tensor.ofLongs("p", Shape.of(6), 0, 1, 2, 3, 0, -1)),
        of(2, x(4), "Reshape", List.of("x", "s"), Tensor.ofLongs("s", Shape.of(2), 0, -1)),
        of(3, x(6), "Reshape", List.of("x", "s"), Tensor.ofLongs("s", Shape.of(3), -1, 3, 2)),
        of(1, x(6), "Reshape", List.of("x", "s"), Tensor.ofLongs("s", Shape.of(1), -1)),
        of(3, x(6), "Reshape", List.of("x", "s"), Tensor.ofLongs("s", Shape.of(3), 0, 0, -1)),
        of(
            3,
            x(2, 5),
            "BatchNormalization",
            List.of("x", "a", "b", "c", "d"),
            Graphs.floats("a", 2),
            Graphs.floats("b", 2),
            Graphs.floats("c", 2),
            Graphs.floats("d", 2)));
  }

  private static ValueInfo x(long... dims) {
    long[] open = new long[dims.length + 1];
    open[0] = -1;
    System.arraycopy(dims, 0, open, 1, dims.length);
    return Graphs.value("x", open);
  }

  private static Arguments of(
      int outputRank, ValueInfo input, String type, List<String> inputs, Tensor... tensors) {
    Node node = Graphs.node("n", type, inputs, "y");
    return Arguments.of(type + inputs + input, Graphs.single(input, outputRank, node, tensors));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("operators")
  void infersTheShapeThatComesOut(String name, Model model) throws OrtException {
    assertThat(inferred(model)).as(name).isEqualTo(run(model));
  }

  /** Convolutions and poolings with random windows, strides, dilations, pads and groups. */
  static Stream<Arguments> windows() {
    SplittableRandom random = new SplittableRandom(11);
    return Stream.generate(() -> window(random)).limit(300);
  }

  private static Arguments window(SplittableRandom random) {
    int axes = 1 + random.nextInt(2);
    long[] input = new long[axes + 2];
    long[] window = new long[axes];
    long[] strides = new long[axes];
    long[] dilations = new long[axes];
    long[] pads = new long[2 * axes];
    input[0] = -1;
    input[1] = 4;
    for (int axis = 0; axis < axes; axis++) {
      input[axis + 2] = 7 + random.nextInt(8);
      window[axis] = 1 + random.nextInt(3);
      strides[axis] = 1 + random.nextInt(3);
      dilations[axis] = 1 + random.nextInt(2);
      pads[axis] = random.nextLong(window[axis]);
      pads[axis + axes] = random.nextLong(window[axis]);
    }
    String autoPad = List.of("", "", "SAME_UPPER", "SAME_LOWER", "VALID").get(random.nextInt(5));
    List<Object> attributes = new ArrayList<>(List.of("strides", strides));
    attributes.addAll(autoPad.isEmpty() ? List.of("pads", pads) : List.of("auto_pad", autoPad));
    attributes.addAll(List.of("kernel_shape", window));
    int kind = random.nextInt(3);
    if (kind == 0) {
      return convolution(random, input, window, attributes, dilations, autoPad.isEmpty());
    }
    if (autoPad.isEmpty()) {
      attributes.addAll(List.of("ceil_mode", random.nextInt(2)));
    }
    if (kind == 1 && autoPad.isEmpty()) {
      attributes.addAll(List.of("dilations", dilations));
    }
    String type = kind == 1 ? "MaxPool" : "AveragePool";
    Node node = Graphs.node("n", type, List.of("x"), "y", attributes.toArray());
    return Arguments.of(
        node.toString(), Graphs.single(Graphs.value("x", input), input.length, node));
  }

  private static Arguments convolution(
      SplittableRandom random,
      long[] input,
      long[] window,
      List<Object> attributes,
      long[] dilations,
      boolean dilated) {
    long group = List.of(1L, 2L, 4L).get(random.nextInt(3));
    attributes.addAll(List.of("group", group));
    if (dilated) {
      attributes.addAll(List.of("dilations", dilations));
    }
    long[] weight = new long[input.length];
    weight[0] = group * (1 + random.nextInt(2));
    weight[1] = 4 / group;
    System.arraycopy(window, 0, weight, 2, window.length);
    Node node = Graphs.node("n", "Conv", List.of("x", "w"), "y", attributes.toArray());
    return Arguments.of(
        node.toString(),
        Graphs.single(Graphs.value("x", input), input.length, node, Graphs.floats("w", weight)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("windows")
  void infersTheShapeThatAWindowGives(String name, Model model) throws OrtException {
    assertThat(inferred(model)).as(name).isEqualTo(run(model));
  }
}
