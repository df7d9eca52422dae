package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.Attribute;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Single operations, by hand where the definition leaves something to decide. */
class OperationTest {
  /** A frame that has run forward and backward with a gradient of one for each logit. */
  private static Frame run(Model model, float[] sample, Kernels kernels) {
    ExecutionPlan plan = ExecutionPlan.compile(model);
    TrainingState state = new TrainingState(model, plan.layout(), new OptimizerChoice.Adam());
    Frame frame = new Frame(plan, kernels, state.weights());
    frame.weightGradients = new float[plan.layout().length()];
    frame.training = true;
    frame.samples = 1;
    System.arraycopy(sample, 0, frame.data(plan.input()), 0, sample.length);
    plan.forward(frame);
    Arrays.fill(frame.gradient(plan.logits()), 0, plan.logits().size(), 1f);
    frame.beginBackward();
    plan.backward(frame);
    return frame;
  }

  /** Gradient of the weights of an image-wide product before a pool: which elements it chose. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theFirstOfEqualMaximaGetsTheGradient(boolean vector) {
    Net net = new Net(Shape.of(1, 2, 4), 1);
    String bias = net.tensor(Tensor.ofFloats("b", Shape.of(1, 2, 4), 3, 3, 0, 1, 3, 3, 1, 1));
    net.node("Add", List.of(bias), Map.of());
    net.pool("MaxPool", 2, 2, new Net.Window(2, 2, 1, 1, List.of(0L, 0L, 0L, 0L), 1));
    Frame frame =
        run(net.flatten().model(), new float[8], vector ? new VectorKernels() : new PlainKernels());
    assertThat(Arrays.copyOf(frame.weightGradients, 8)).containsExactly(1, 0, 0, 1, 0, 0, 0, 0);
  }

  @Test
  void overlappingPoolsChooseTheFirstOfEqualMaximaToo() {
    Net net = new Net(Shape.of(1, 2, 3), 1);
    String bias = net.tensor(Tensor.ofFloats("b", Shape.of(1, 2, 3), 1, 2, 1, 2, 1, 2));
    net.node("Add", List.of(bias), Map.of());
    net.pool("MaxPool", 2, 2, Net.Window.PLAIN);
    Frame frame = run(net.flatten().model(), new float[6], new PlainKernels());
    assertThat(Arrays.copyOf(frame.weightGradients, 6)).containsExactly(0, 2, 0, 0, 0, 0);
  }

  @Test
  void dropoutDropsItsShareAndScalesTheRest() {
    Net net = new Net(Shape.of(4000), 1);
    String ones = net.tensor(Tensor.ofFloats("b", Shape.of(1), 1));
    String ratio = net.tensor(Tensor.ofFloats("ratio", Shape.of(), 0.25f));
    Model model =
        net.node("Add", List.of(ones), Map.of()).node("Dropout", List.of(ratio), Map.of()).model();
    ExecutionPlan plan = ExecutionPlan.compile(model);
    Frame frame = run(model, new float[4000], new PlainKernels());
    float[] y = Arrays.copyOf(frame.data(plan.logits()), 4000);
    int dropped = 0;
    for (float value : y) {
      assertThat(value == 0 || Math.abs(value - 4f / 3) < 1e-6).isTrue();
      dropped += value == 0 ? 1 : 0;
    }
    assertThat(dropped / 4000.0).isCloseTo(0.25, within(0.03));
    assertThat((double) frame.weightGradients[0])
        .isCloseTo((4000 - dropped) * 4 / 3.0, within(0.1));

    frame.step = 1;
    plan.forward(frame);
    assertThat(Arrays.copyOf(frame.data(plan.logits()), 4000)).isNotEqualTo(y);
    frame.training = false;
    plan.forward(frame);
    assertThat(Arrays.copyOf(frame.data(plan.logits()), 4000)).containsOnly(1f);
  }

  @Test
  void theMaskOfADropoutSaysWhatPasses() {
    Net net = new Net(Shape.of(1000), 1);
    String ones = net.tensor(Tensor.ofFloats("b", Shape.of(1), 1));
    String ratio = net.tensor(Tensor.ofFloats("ratio", Shape.of(), 0.5f));
    net.node("Add", List.of(ones), Map.of());
    List<String> outputs = net.outputs("Dropout", 2, List.of(ratio), Map.of());
    net.node("Cast", List.of(), Map.of("to", new Attribute.Int(1)));
    String passed = net.node("Mul", List.of(outputs.get(0)), Map.of()).top();
    Model model = net.from(passed).node("Sub", List.of(outputs.get(0)), Map.of()).model();

    Frame frame = run(model, new float[1000], new PlainKernels());

    ExecutionPlan plan = ExecutionPlan.compile(model);
    assertThat(Arrays.copyOf(frame.data(plan.logits()), 1000)).containsOnly(0f);
    assertThat(frame.weightGradients[0]).isZero();
  }

  @Test
  void renamedValuesShareTheirFloats() {
    Net net = new Net(Shape.of(2, 3), 1);
    String shape = net.tensor(Tensor.ofLongs("shape", Shape.of(2), 0, -1));
    Model model =
        net.node("Identity", List.of(), Map.of())
            .node("Reshape", List.of(shape), Map.of())
            .node("Gemm", List.of(net.weights(6, 2)), Map.of("alpha", new Attribute.Real(2)))
            .model();
    assertThat(ExecutionPlan.compile(model).operations()).hasSize(1);
  }

  @Test
  void batchOrderIsAPermutationForEachEpoch() {
    BatchOrder order = new BatchOrder(5, 1000);
    int[] first = order.of(0).clone();
    int[] second = order.of(1).clone();
    assertThat(Arrays.stream(first).sorted().toArray())
        .isEqualTo(IntStream.range(0, 1000).toArray());
    assertThat(second).isNotEqualTo(first);
    assertThat(order.of(0)).isEqualTo(first);
  }
}
