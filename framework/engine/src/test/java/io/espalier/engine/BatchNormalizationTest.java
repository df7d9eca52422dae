package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.Attribute;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Batch normalisation by hand. */
class BatchNormalizationTest {
  private static final double ROUNDING = 1e-6;

  /**
   * Two channels, one of two elements each; epsilon 0.25, momentum 0.75, scale 2 and 3, bias 1 and
   * -1, running mean 10 and 20, running variance 4 and 8.
   */
  private static Model twoChannels() {
    Net net = new Net(Shape.of(2, 2), 1);
    List<String> further =
        List.of(
            net.tensor(Tensor.ofFloats("scale", Shape.of(2), 2, 3)),
            net.tensor(Tensor.ofFloats("bias", Shape.of(2), 1, -1)),
            net.tensor(Tensor.ofFloats("mean", Shape.of(2), 10, 20)),
            net.tensor(Tensor.ofFloats("variance", Shape.of(2), 4, 8)));
    net.node(
        "BatchNormalization",
        further,
        Map.of("epsilon", new Attribute.Real(0.25f), "momentum", new Attribute.Real(0.75f)));
    return net.flatten().model();
  }

  /** A batch of two samples: channel 0 holds 1, 3, 5, 7 and channel 1 holds 0, 0, 2, 2. */
  private static final ArrayData TWO =
      new ArrayData(Shape.of(2, 2), 4, new float[] {1, 3, 0, 0, 5, 7, 2, 2}, new int[] {0, 3});

  private static BatchPass pass(
      Model model, WorkerPool pool, ArrayData data, RunningStatistics running) {
    ExecutionPlan plan = ExecutionPlan.compile(model);
    TrainingState state = new TrainingState(model, plan.layout(), new OptimizerChoice.Adam());
    return new BatchPass(
        plan,
        pool,
        data,
        PlainKernels::new,
        state.weights(),
        running,
        new SoftmaxCrossEntropy(),
        0);
  }

  private static RunningStatistics running(Model model) {
    return new RunningStatistics(ExecutionPlan.compile(model).cuts());
  }

  private static double loss(double[] logits, int label) {
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit);
    }
    return Math.log(sum) - logits[label];
  }

  /** Channel 0 has mean 4 and variance 5, channel 1 mean 1 and variance 1. */
  @Test
  void trainingNormalisesWithTheBatch() {
    double a = 2 / Math.sqrt(5.25);
    double b = 3 / Math.sqrt(1.25);
    double[] first = {1 - 3 * a, 1 - a, -1 - b, -1 - b};
    double[] second = {1 + a, 1 + 3 * a, -1 + b, -1 + b};
    try (WorkerPool pool = new WorkerPool(2)) {
      BatchPass pass = pass(twoChannels(), pool, TWO, running(twoChannels()));
      pass.train(new int[] {0, 1}, 0, 2, 0);
      assertThat(pass.loss()).isCloseTo(loss(first, 0) + loss(second, 3), within(1e-5));
    }
  }

  @Test
  void runningStatisticsMoveByTheRestOfTheMomentum() {
    RunningStatistics running = running(twoChannels());
    try (WorkerPool pool = new WorkerPool(2)) {
      BatchPass pass = pass(twoChannels(), pool, TWO, running);
      pass.train(new int[] {0, 1}, 0, 2, 0);
      assertThat(running.tensors())
          .containsExactly(
              Tensor.ofFloats("mean", Shape.of(2), 8.5f, 15.25f),
              Tensor.ofFloats("variance", Shape.of(2), 4.25f, 6.25f));
      pass.train(new int[] {0, 1}, 0, 2, 1);
      assertThat(running.tensors().get(0))
          .isEqualTo(Tensor.ofFloats("mean", Shape.of(2), 7.375f, 11.6875f));
    }
  }

  @Test
  void measuringNormalisesWithRunningStatisticsAndMovesNothing() {
    double a = 2 / Math.sqrt(4.25);
    double b = 3 / Math.sqrt(8.25);
    double[] first = {1 - 9 * a, 1 - 7 * a, -1 - 20 * b, -1 - 20 * b};
    RunningStatistics running = running(twoChannels());
    try (WorkerPool pool = new WorkerPool(2)) {
      BatchPass pass = pass(twoChannels(), pool, TWO, running);
      pass.measure(new int[] {0}, 0, 1);
      assertThat(pass.loss()).isCloseTo(loss(first, 0), within(1e-5));
      assertThat(running.tensors()).isEqualTo(running(twoChannels()).tensors());
    }
  }

  /** One number per channel: its variance is zero, what comes out is the bias. */
  @Test
  void aBatchOfOneNumberGivesTheBias() {
    Net net = new Net(Shape.of(3), 5);
    Model model = net.normalise().model();
    ArrayData data = net.data(1, 3);
    float[] bias = model.tensor("w1").toFloatArray();
    RunningStatistics running = running(model);
    try (WorkerPool pool = new WorkerPool(2)) {
      BatchPass pass = pass(model, pool, data, running);
      pass.train(new int[] {0}, 0, 1, 0);
      assertThat(pass.loss())
          .isCloseTo(loss(new double[] {bias[0], bias[1], bias[2]}, data.label(0)), within(1e-5));
    }
    float[] before = model.tensor("w3").toFloatArray();
    for (int c = 0; c < 3; c++) {
      assertThat(running.mean(c))
          .isCloseTo(
              0.75f * model.tensor("w2").toFloatArray()[c] + 0.25f * data.samples()[c],
              within(1e-6f));
      assertThat(running.variance(c)).isEqualTo(0.75f * before[c]);
    }
  }

  @Test
  void variancesFarFromZeroAreExact() {
    int samples = 1000;
    float[] numbers = new float[samples];
    for (int i = 0; i < samples; i++) {
      numbers[i] = 1_000_000 + i % 2;
    }
    Net net = new Net(Shape.of(1), 1);
    Model model = net.normalise().dense(2).model();
    RunningStatistics running = running(model);
    ArrayData data = new ArrayData(Shape.of(1), 2, numbers, new int[samples]);
    try (WorkerPool pool = new WorkerPool(2)) {
      int[] all = IntStream.range(0, samples).toArray();
      pass(model, pool, data, running).estimate(all, 0, samples, 0, 0);
    }
    assertThat(running.mean(0)).isEqualTo(1_000_000.5f);
    assertThat((double) running.variance(0)).isCloseTo(0.25, within(ROUNDING));
  }

  /** Batches of 5, 1 and 300 after each other, the largest last, give what each gives alone. */
  @Test
  void batchesOfOtherSizesLeaveNothingBehind() {
    Model model = Trainings.normalised(4);
    ArrayData data = Trainings.data(300);
    int[] all = IntStream.range(0, 300).toArray();
    try (WorkerPool pool = new WorkerPool(2)) {
      BatchPass one = pass(model, pool, data, running(model));
      for (int size : new int[] {5, 1, 300, 7}) {
        one.train(all, 2, Math.min(size, 298), 0);
        BatchPass alone = pass(model, pool, data, running(model));
        alone.train(all, 2, Math.min(size, 298), 0);
        assertThat(one.gradients()).isDeepEqualTo(alone.gradients());
        assertThat(one.loss()).isEqualTo(alone.loss());
        one.measure(all, 0, 20);
      }
    }
  }

  @Test
  void networksWithoutItAreOneSegment() {
    Cuts cuts = ExecutionPlan.compile(Trainings.net(1).classifier(4)).cuts();
    assertThat(cuts.segments()).isEqualTo(1);
    assertThat(cuts.data()).isEmpty();
    assertThat(cuts.gradients()).isEmpty();
  }

  /** Input, fork and three inputs of normalisations; gradients of what these three give. */
  @Test
  void keepsOnlyWhatCrossesACut() {
    Cuts cuts = ExecutionPlan.compile(Trainings.normalised(1)).cuts();
    assertThat(cuts.segments()).isEqualTo(4);
    assertThat(cuts.data()).hasSize(5);
    assertThat(cuts.gradients()).hasSize(3);
  }
}
