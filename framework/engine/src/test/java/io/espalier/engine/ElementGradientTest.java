package io.espalier.engine;

import io.espalier.api.Attribute;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Gradients through operators that work element by element equal central differences. */
class ElementGradientTest {
  private static final int CLASSES = 3;
  private static final String SEED = "20260101";

  /** A network whose last value is trained, of a random shape with odd extents. */
  private static Net trained(Random random) {
    Shape shape = Shape.of(1 + random.nextInt(3), 1 + random.nextInt(5), 1 + random.nextInt(7));
    Net net = new Net(shape, random.nextLong());
    return net.node("Add", List.of(net.weights(shape.toArray())), Map.of());
  }

  @ParameterizedTest
  @CsvSource({
    "Abs",
    "Asinh",
    "Atan",
    "Ceil",
    "Celu",
    "Cos",
    "Cosh",
    "Elu",
    "Erf",
    "Exp",
    "Floor",
    "Gelu",
    "HardSigmoid",
    "HardSwish",
    "LeakyRelu",
    "Mish",
    "Neg",
    "Relu",
    "Round",
    "Selu",
    "Shrink",
    "Sigmoid",
    "Sign",
    "Sin",
    "Sinh",
    "Softplus",
    "Softsign",
    "Tanh",
    "ThresholdedRelu"
  })
  void functionsOfAnyNumber(String type) {
    Random random = new Random(type.hashCode());
    for (int i = 0; i < 3; i++) {
      Net net = trained(random).opset(20).node(type, List.of(), Map.of());
      Gradients.check(net.classifier(CLASSES), net.data(5, CLASSES), PlainKernels::new);
    }
  }

  @ParameterizedTest
  @CsvSource({"Log", "Sqrt", "Reciprocal"})
  void functionsOfPositiveNumbers(String type) {
    Random random = new Random(type.hashCode());
    for (int i = 0; i < 3; i++) {
      Net net = trained(random).node("Exp", List.of(), Map.of()).node(type, List.of(), Map.of());
      Gradients.check(net.classifier(CLASSES), net.data(5, CLASSES), PlainKernels::new);
    }
  }

  @ParameterizedTest
  @CsvSource({"Acos", "Asin", "Atanh", "Tan"})
  void functionsOfNumbersBetweenMinusOneAndOne(String type) {
    Random random = new Random(type.hashCode());
    for (int i = 0; i < 3; i++) {
      Net net = trained(random).node("Tanh", List.of(), Map.of());
      net.node("Mul", List.of(net.tensor(Tensor.ofFloats("most", Shape.of(), 0.9f))), Map.of());
      net.node(type, List.of(), Map.of());
      Gradients.check(net.classifier(CLASSES), net.data(5, CLASSES), PlainKernels::new);
    }
  }

  @Test
  void acoshOfNumbersAboveOne() {
    Net net = trained(new Random(1)).node("Exp", List.of(), Map.of());
    net.node("Add", List.of(net.tensor(Tensor.ofFloats("least", Shape.of(), 1.1f))), Map.of());
    net.node("Acosh", List.of(), Map.of());
    Gradients.check(net.classifier(CLASSES), net.data(5, CLASSES), PlainKernels::new);
  }

  @ParameterizedTest
  @CsvSource({"2", "3", "0.5", "-1.5"})
  void powers(float exponent) {
    Net net = trained(new Random(1)).node("Exp", List.of(), Map.of());
    String input = net.tensor(Tensor.ofFloats("exponent", Shape.of(), exponent));
    net.node("Pow", List.of(input), Map.of());
    Gradients.check(net.classifier(CLASSES), net.data(5, CLASSES), PlainKernels::new);
  }

  @ParameterizedTest
  @CsvSource({
    "LeakyRelu, alpha, 0.3",
    "Celu, alpha, 1.7",
    "Elu, alpha, 1.7",
    "Shrink, bias, 0.2",
    "Shrink, lambd, 0.1",
    "ThresholdedRelu, alpha, 0.3",
    "HardSigmoid, alpha, 0.4",
    "HardSigmoid, beta, 0.1"
  })
  void attributes(String type, String attribute, float value) {
    Net net = trained(new Random(2));
    net.node(type, List.of(), Map.of(attribute, new Attribute.Real(value)));
    Gradients.check(net.classifier(CLASSES), net.data(5, CLASSES), PlainKernels::new);
  }

  @ParameterizedTest
  @CsvSource({"7", "10", "11", "17"})
  void clipTakesItsBoundsAsItsOperatorSetGivesThem(long opset) {
    Net net = trained(new Random(opset)).opset(opset);
    if (opset < 11) {
      net.node(
          "Clip",
          List.of(),
          Map.of("min", new Attribute.Real(-0.5f), "max", new Attribute.Real(0.8f)));
    } else {
      net.node(
          "Clip", List.of("", net.tensor(Tensor.ofFloats("most", Shape.of(), 0.4f))), Map.of());
    }
    Gradients.check(net.classifier(CLASSES), net.data(5, CLASSES), PlainKernels::new);
  }

  @ParameterizedTest
  @CsvSource({"none", "tanh"})
  void geluInBothForms(String approximate) {
    Net net = trained(new Random(3)).opset(20);
    net.node("Gelu", List.of(), Map.of("approximate", new Attribute.Text(approximate)));
    Gradients.check(net.classifier(CLASSES), net.data(5, CLASSES), PlainKernels::new);
  }

  /** Two values that differ from sample to sample, each with axes of extent 1 of its own. */
  @Property(tries = 100, seed = SEED)
  void pairsOfValues(
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 5) int type,
      @ForAll @Size(3) List<Boolean> leftWide,
      @ForAll @Size(3) List<Boolean> rightWide) {
    Random random = new Random(seed);
    int[] extents = {1 + random.nextInt(4), 1 + random.nextInt(5), 2 + random.nextInt(5)};
    Net net = new Net(Shape.of(4), seed);
    String left = side(net, extents, leftWide);
    String right = net.from(side(net.from("input"), extents, rightWide)).top();
    String name = List.of("Add", "Sub", "Mul", "Div", "Min", "Max").get(type);
    if (name.equals("Div")) {
      right = net.node("Exp", List.of(), Map.of()).top();
    }
    net.from(left).node(name, List.of(right), Map.of());
    Gradients.check(net.classifier(CLASSES), net.data(5, CLASSES), PlainKernels::new);
  }

  private static String side(Net net, int[] extents, List<Boolean> wide) {
    long[] dims = {0, 1, 1, 1};
    int size = 1;
    for (int axis = 0; axis < 3; axis++) {
      dims[axis + 1] = wide.get(axis) ? extents[axis] : 1;
      size *= (int) dims[axis + 1];
    }
    net.dense(size);
    String name = "shape" + net.top();
    net.node("Reshape", List.of(net.tensor(Tensor.ofLongs(name, Shape.of(4), dims))), Map.of());
    return net.top();
  }

  /** Constants, trained or not, of fewer axes or with an axis of samples of extent 1. */
  @Property(tries = 100, seed = SEED)
  void pairsWithConstants(
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 6) int type,
      @ForAll @IntRange(min = 0, max = 4) int rank,
      @ForAll @Size(4) List<Boolean> wide) {
    Net net = trained(new Random(seed));
    Shape shape = net.shape();
    List<Long> dims = new ArrayList<>();
    for (int axis = 4 - rank; axis < 4; axis++) {
      dims.add(axis > 0 && wide.get(axis) ? shape.dim(axis - 1) : 1);
    }
    String constant = net.weights(dims.stream().mapToLong(Long::longValue).toArray());
    String name = List.of("Add", "Sub", "Mul", "Min", "Max", "PRelu", "Div").get(type);
    if (name.equals("Div")) {
      String value = net.node("Exp", List.of(), Map.of()).top();
      net.from(constant).node("Div", List.of(value), Map.of());
    } else {
      net.node(name, List.of(constant), Map.of());
    }
    Gradients.check(net.classifier(CLASSES), net.data(5, CLASSES), PlainKernels::new);
  }
}
