package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.Attribute;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Forms of operators that cannot be trained, above all those that mix samples. */
class OperatorRefusalTest {
  private final Net net = new Net(Shape.of(3, 4), 1);

  private static Attribute number(long value) {
    return new Attribute.Int(value);
  }

  private void assertRefused(String... parts) {
    Model model = net.model();
    assertThatThrownBy(() -> ExecutionPlan.compile(model))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MODEL))
        .hasMessageContainingAll(parts);
  }

  private void assertMixes(String type, List<String> inputs, Map<String, Attribute> attributes) {
    net.node(type, inputs, attributes);
    List<String> parts = new ArrayList<>(List.of(type.toLowerCase(Locale.ROOT) + "0"));
    parts.add("samples");
    assertRefused(parts.toArray(String[]::new));
  }

  @Test
  void softmaxOverSamples() {
    assertMixes("Softmax", List.of(), Map.of("axis", number(0)));
  }

  @Test
  void logSoftmaxOverSamplesFromTheEnd() {
    assertMixes("LogSoftmax", List.of(), Map.of("axis", number(-3)));
  }

  @Test
  void softmaxOverAllAxesOfAnEarlyOperatorSet() {
    net.opset(11);
    assertMixes("Softmax", List.of(), Map.of("axis", number(0)));
  }

  @Test
  void normalisationOverSamples() {
    assertMixes("LayerNormalization", List.of(net.weights(4)), Map.of("axis", number(0)));
  }

  @Test
  void reductionOverSamples() {
    assertMixes("ReduceMean", List.of(), Map.of("axes", Net.ints(0, 1)));
  }

  @Test
  void reductionOverEverything() {
    assertMixes("ReduceSum", List.of(), Map.of());
  }

  @Test
  void samplesInReverse() {
    String all = net.longs(0);
    assertMixes(
        "Slice",
        List.of(net.longs(-1), net.longs(Long.MIN_VALUE + 1), all, net.longs(-1)),
        Map.of());
  }

  @Test
  void samplesMovedAlong() {
    assertMixes("Pad", List.of(net.longs(1, 0, 0, -1, 0, 0)), Map.of());
  }

  @Test
  void samplesJoined() {
    assertMixes("Concat", List.of(net.top()), Map.of("axis", number(0)));
  }

  @Test
  void samplesNotFirst() {
    assertMixes("Transpose", List.of(), Map.of("perm", Net.ints(1, 0, 2)));
  }

  @Test
  void valuesThatBroadcastOverSamples() {
    String few = net.node("Reshape", List.of(net.longs(0, 12)), Map.of()).top();
    net.from("input").node("Reshape", List.of(net.longs(0, 1, 12)), Map.of());
    net.node("Mul", List.of(few), Map.of());
    assertRefused("samples");
  }

  @Test
  void productsOfUnequalRank() {
    net.from(net.node("Tanh", List.of(), Map.of()).top());
    String square = net.node("MatMul", List.of(net.weights(4, 4)), Map.of()).top();
    String shape = net.longs(0, 1, 3, 4);
    String wide = net.from(square).node("Reshape", List.of(shape), Map.of()).top();
    String turned =
        net.from(square).node("Transpose", List.of(), Map.of("perm", Net.ints(0, 2, 1))).top();
    net.from(wide).node("MatMul", List.of(turned), Map.of());
    assertRefused("samples");
  }

  @Test
  void productsOverTheSamples() {
    String rows = net.flatten().top();
    net.node("Gemm", List.of(rows), Map.of("transA", number(1)));
    assertRefused("'gemm1' (Gemm)", "samples along the first axis");
  }

  @Test
  void elementsThatBecomeWholeNumbers() {
    net.node("Cast", List.of(), Map.of("to", number(7)));
    assertRefused("'cast0' (Cast)", "int64", "float, bool and double");
  }

  @Test
  void samplesRepeated() {
    net.node("Tile", List.of(net.longs(2, 1, 1)), Map.of());
    assertRefused("'tile0' (Tile)", "samples");
  }

  @Test
  void anUnknownGelu() {
    net.opset(20).node("Gelu", List.of(), Map.of("approximate", new Attribute.Text("sigmoid")));
    assertRefused("'gelu0' (Gelu)", "'sigmoid'", "none, tanh");
  }

  @Test
  void anUnknownPadding() {
    net.opset(19)
        .node(
            "Pad",
            List.of(net.longs(0, 0, 1, 0, 0, 1)),
            Map.of("mode", new Attribute.Text("circular")));
    assertRefused("'pad0' (Pad)", "'circular'", "constant, edge, reflect, wrap");
  }

  @Test
  void aWeightThatIsNoFloat() {
    net.node("Mul", List.of(net.longs(1, 2, 3, 4)), Map.of());
    assertRefused("'mul0' (Mul)", "float");
  }

  @Test
  void aFixedConstantThatIsNoFloat() {
    net.node("Sub", List.of(net.tensor(Tensor.ofLongs("two", Shape.of(), 2))), Map.of());
    assertRefused("'sub0' (Sub)", "float");
  }
}
