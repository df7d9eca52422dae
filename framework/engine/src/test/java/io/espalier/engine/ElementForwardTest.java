package io.espalier.engine;

import ai.onnxruntime.OrtException;
import io.espalier.api.Attribute;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Operators that work element by element compute what ONNX Runtime computes. */
class ElementForwardTest {
  private static void assertSame(Net net) throws OrtException {
    ForwardTest.assertSame(net.classifier(5), net.data(ForwardTest.SAMPLES, 5));
  }

  @ParameterizedTest
  @CsvSource({
    "Abs, 7",
    "Asinh, 9",
    "Atan, 7",
    "Ceil, 7",
    "Celu, 12",
    "Cos, 7",
    "Cosh, 9",
    "Floor, 7",
    "Round, 11",
    "Shrink, 9",
    "Sign, 9",
    "Sin, 7",
    "Sinh, 9",
    "ThresholdedRelu, 10",
    "Elu, 7",
    "Erf, 9",
    "Exp, 7",
    "Gelu, 20",
    "HardSigmoid, 7",
    "HardSwish, 14",
    "LeakyRelu, 7",
    "Mish, 18",
    "Neg, 13",
    "Selu, 7",
    "Sigmoid, 13",
    "Softplus, 7",
    "Softsign, 7",
    "Tanh, 13",
    "Clip, 7",
    "Clip, 13"
  })
  void functionsOfAnyNumber(String type, long opset) throws OrtException {
    Net net = new Net(Shape.of(3, 5, 7), 1).opset(opset);
    net.node("Mul", List.of(net.tensor(Tensor.ofFloats("wide", Shape.of(), 3))), Map.of());
    assertSame(net.node(type, List.of(), Map.of()));
  }

  @ParameterizedTest
  @CsvSource({"Acos, 7", "Asin, 7", "Atanh, 9", "Tan, 7"})
  void functionsOfNumbersBetweenMinusOneAndOne(String type, long opset) throws OrtException {
    Net net = new Net(Shape.of(3, 5, 7), 1).opset(opset).node("Tanh", List.of(), Map.of());
    net.node("Mul", List.of(net.tensor(Tensor.ofFloats("most", Shape.of(), 0.9f))), Map.of());
    assertSame(net.node(type, List.of(), Map.of()));
  }

  @ParameterizedTest
  @CsvSource({"Log", "Sqrt", "Reciprocal"})
  void functionsOfPositiveNumbers(String type) throws OrtException {
    Net net = new Net(Shape.of(3, 5, 7), 1).node("Exp", List.of(), Map.of());
    assertSame(net.node(type, List.of(), Map.of()));
  }

  @Test
  void boundsSlopesAndForms() throws OrtException {
    Net net = new Net(Shape.of(3, 5, 7), 1).opset(20);
    net.node("PRelu", List.of(net.weights(3, 1, 1)), Map.of());
    net.node("Gelu", List.of(), Map.of("approximate", new Attribute.Text("tanh")));
    String least = net.tensor(Tensor.ofFloats("least", Shape.of(), -0.1f));
    String most = net.tensor(Tensor.ofFloats("most", Shape.of(), 1.1f));
    net.node("Clip", List.of(least, most), Map.of());
    net.node("Pow", List.of(net.tensor(Tensor.ofFloats("two", Shape.of(), 2))), Map.of());
    assertSame(net);
  }

  @ParameterizedTest
  @CsvSource({"Add, 7", "Sub, 7", "Mul, 13", "Div, 14", "Min, 8", "Max, 13"})
  void pairs(String type, long opset) throws OrtException {
    Net net = new Net(Shape.of(3, 5, 7), 1).opset(opset);
    String value = net.node(type, List.of(net.weights(5, 1)), Map.of()).top();
    String other = net.node("GlobalAveragePool", List.of(), Map.of()).top();
    assertSame(net.from(value).node(type, List.of(other), Map.of()));
  }
}
