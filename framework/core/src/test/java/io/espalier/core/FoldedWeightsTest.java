package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.DataType;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Weights that a file has before a Transpose, a norm or an Identity. */
class FoldedWeightsTest {
  private static Model read(Model file) {
    Model model = new OnnxFormat().parse(new OnnxFormat().bytes(file), "m.onnx");
    Onnx.assertSame(file, model, 1e-6);
    return model;
  }

  private static List<String> operators(Model model) {
    return model.graph().nodes().stream().map(Node::type).toList();
  }

  private static Node normalisation(String name, String input, String output) {
    return Graphs.node(
        name, "BatchNormalization", List.of(input, "scale", "bias", "mean", "var"), output);
  }

  @Test
  void aMatrixBeforeItsTransposeIsThatLayersWeightUnderItsOwnName() {
    Model file =
        Graphs.model(
            Graphs.value("x", -1, 3),
            Graphs.value("y", -1, 2),
            List.of(
                Graphs.node("t", "Transpose", List.of("fc.weight"), "t.out"),
                Graphs.node("mm", "MatMul", List.of("x", "t.out"), "y")),
            Graphs.floats("fc.weight", 2, 3));

    Model model = read(file);

    assertThat(operators(model)).containsExactly("MatMul");
    assertThat(model.tensors().keySet()).containsExactly("fc.weight");
    assertThat(model.tensor("fc.weight").toFloatArray())
        .containsExactly(0.5f, 3.5f, 1.5f, 4.5f, 2.5f, 5.5f);
    assertThat(Layers.prunable(model)).extracting(Layer::weight).containsExactly("fc.weight");
  }

  @Test
  void aWeightWhoseNormIsTakenOutFollowsFromTwoTensorsAndGetsTheValuesName() {
    Model file =
        Graphs.model(
            Graphs.value("x", -1, 3),
            Graphs.value("y", -1, 2),
            List.of(
                Graphs.node("sq", "Mul", List.of("v", "v"), "sq.out"),
                Graphs.node("sum", "ReduceSum", List.of("sq.out", "axes"), "sum.out"),
                Graphs.node("norm", "Sqrt", List.of("sum.out"), "norm.out"),
                Graphs.node("unit", "Div", List.of("v", "norm.out"), "unit.out"),
                Graphs.node("w", "Mul", List.of("unit.out", "g"), "w.out"),
                Graphs.node("fc", "Gemm", List.of("x", "w.out"), "y", "transB", 1)),
            Graphs.floats("v", 2, 3),
            Graphs.floats("g", 2, 1),
            Tensor.ofLongs("axes", Shape.of(1), 1));

    Model model = read(file);

    assertThat(operators(model)).containsExactly("Gemm");
    assertThat(model.tensors().keySet()).containsExactly("w.out");
  }

  @Test
  void oneWeightInTwoPlacesStaysOne() {
    Model file =
        Graphs.model(
            Graphs.value("x", -1, 3),
            Graphs.value("y", -1, 3),
            List.of(
                Graphs.node("t", "Transpose", List.of("w"), "t.out"),
                Graphs.node("encode", "MatMul", List.of("x", "t.out"), "code"),
                Graphs.node("decode", "MatMul", List.of("code", "w"), "y")),
            Graphs.floats("w", 2, 3));

    Model model = read(file);

    assertThat(operators(model)).containsExactly("Transpose", "MatMul", "MatMul");
    assertThat(model.tensors().keySet()).containsExactly("w");
  }

  @Test
  void mergedVectorsOfNormalisationsAreTakenApart() {
    Model file =
        Graphs.model(
            Graphs.value("x", -1, 3, 2, 2),
            Graphs.value("y", -1, 3, 2, 2),
            List.of(
                Graphs.node("same", "Identity", List.of("mean"), "mean2"),
                normalisation("a", "x", "a.out"),
                normalisation("b", "a.out", "b.out"),
                Graphs.node(
                    "c",
                    "BatchNormalization",
                    List.of("b.out", "scale2", "bias2", "mean2", "var2"),
                    "y")),
            Graphs.floats("scale", 3),
            Graphs.floats("bias", 3),
            Graphs.floats("mean", 3),
            Graphs.floats("var", 3),
            Graphs.floats("scale2", 3),
            Graphs.floats("bias2", 3),
            Graphs.floats("var2", 3));

    Model model = read(file);

    assertThat(operators(model)).containsOnly("BatchNormalization");
    assertThat(model.graph().nodes().stream().flatMap(n -> n.inputs().stream().skip(1)))
        .hasSize(12)
        .doesNotHaveDuplicates();
  }

  @Test
  void halfPrecisionBecomesTheFloatsItIsCastTo() {
    Tensor half =
        new Numbers.Reals(new double[] {1, 2, 3, 4, 5, 6})
            .tensor("w", DataType.FLOAT16, Shape.of(3, 2));
    Model file =
        Graphs.model(
            Graphs.value("x", -1, 3),
            Graphs.value("y", -1, 2),
            List.of(
                Graphs.node("cast", "Cast", List.of("w"), "w.float", "to", 1),
                Graphs.node("mm", "MatMul", List.of("x", "w.float"), "y")),
            half);

    assertThat(read(file).tensor("w").type()).isEqualTo(DataType.FLOAT);
  }

  @Test
  void whatFollowsFromNumbersAloneIsNoWeight() {
    Model file =
        Graphs.model(
            Graphs.value("x", -1, 3),
            Graphs.value("y", -1, 3),
            List.of(
                Graphs.node("fill", "ConstantOfShape", List.of("shape"), "zeros"),
                Graphs.node("mask", "Sub", List.of("zeros", "one"), "mask.out"),
                Graphs.node("add", "Add", List.of("x", "mask.out"), "y")),
            Tensor.ofLongs("shape", Shape.of(1), 3),
            Tensor.ofFloats("one", Shape.of(), 1));

    Model model = read(file);

    assertThat(operators(model)).containsExactly("ConstantOfShape", "Sub", "Add");
    assertThat(model.tensors().keySet()).containsExactly("shape", "one");
  }

  @Test
  void aWeightThatIsAnOutputTooStaysWhereItIs() {
    Model file =
        Graphs.model(
            Graphs.value("x", -1, 3),
            Graphs.value("t.out", 3, 2),
            List.of(
                Graphs.node("t", "Transpose", List.of("w"), "t.out"),
                Graphs.node("mm", "MatMul", List.of("x", "t.out"), "y")),
            Graphs.floats("w", 2, 3));

    assertThat(operators(read(file))).contains("Transpose");
  }
}
