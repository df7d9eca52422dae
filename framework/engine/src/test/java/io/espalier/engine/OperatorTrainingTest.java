package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Attribute;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.StepReport;
import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Training of a network with an operator of every kind. */
class OperatorTrainingTest {
  private static final ArrayData DATA = Trainings.data(300);

  /**
   * Convolution and group normalisation, gates, attention over the rows, and a pooled classifier.
   */
  private static Model model() {
    Net net = new Net(Shape.of(1, 9, 9), 1).opset(21);
    net.conv(6, 3, 3, true, Net.Window.PLAIN);
    net.node(
        "GroupNormalization",
        List.of(net.weights(6), net.weights(6)),
        Map.of("num_groups", new Attribute.Int(2)));
    String features = net.node("HardSwish", List.of(), Map.of()).top();
    String peak = net.node("GlobalMaxPool", List.of(), Map.of()).top();
    net.node("Sigmoid", List.of(), Map.of());
    net.from(features).node("Mul", List.of(peak), Map.of());
    net.node("PRelu", List.of(net.weights(6, 1, 1)), Map.of());
    List<String> halves = net.split(2, List.of(), Map.of("axis", new Attribute.Int(1)));
    net.from(halves.get(0)).node("Min", List.of(halves.get(1)), Map.of());
    net.node("Concat", List.of(halves.get(1)), Map.of("axis", new Attribute.Int(1)));
    net.node("Pad", List.of(net.longs(0, 0, 0, 1, 0, 0, 0, 0)), Map.of());
    net.node("Reshape", List.of(net.longs(0, 6, -1)), Map.of());
    attention(net);
    net.node("ReduceMean", List.of(net.longs(1)), Map.of("keepdims", new Attribute.Int(0)));
    return net.classifier(4);
  }

  private static void attention(Net net) {
    int width = (int) net.shape().dim(1);
    String rows = net.node("LayerNormalization", normal(net, width), Map.of()).top();
    String query = net.node("MatMul", List.of(net.weights(width, 5)), Map.of()).top();
    net.from(rows).node("MatMul", List.of(net.weights(width, 5)), Map.of());
    String key = net.node("Transpose", List.of(), Map.of("perm", Net.ints(0, 2, 1))).top();
    net.from(query).node("MatMul", List.of(key), Map.of());
    String root = net.tensor(Tensor.ofFloats("root", Shape.of(), 2.236f));
    net.node("Div", List.of(root), Map.of()).node("Softmax", List.of(), Map.of());
    net.node("MatMul", List.of(rows), Map.of()).node("Gelu", List.of(), Map.of());
  }

  private static List<String> normal(Net net, int width) {
    return List.of(net.weights(width), net.weights(width));
  }

  @Test
  void learns() {
    List<StepReport> steps = new ArrayList<>();
    new Trainer("test", Trainings.ADAM)
        .train(
            Trainings.request(model(), DATA, Optional.empty()),
            (Trainings.Steps) (report, control) -> steps.add(report));
    double first = steps.stream().limit(10).mapToDouble(StepReport::loss).average().orElseThrow();
    double last =
        steps.stream()
            .skip(steps.size() - 10)
            .mapToDouble(StepReport::loss)
            .average()
            .orElseThrow();
    assertThat(last).isLessThan(first / 2);
  }

  @Test
  void givesTheSameBytesOnAnyNumberOfThreads() {
    Model one = Trainings.train(model(), DATA, Trainings.threads(1));
    assertThat(Trainings.train(model(), DATA, Trainings.threads(3))).isEqualTo(one);
    assertThat(Trainings.train(model(), DATA, Trainings.threads(7))).isEqualTo(one);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stepsAllocateNothing(boolean vector) {
    AllocationTest.assertSettles(model(), Trainings.data(AllocationTest.BATCH), vector);
  }
}
