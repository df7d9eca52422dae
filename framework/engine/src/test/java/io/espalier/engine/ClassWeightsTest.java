package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.Model;
import io.espalier.api.ParameterException;
import io.espalier.api.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassWeightsTest {
  private static final ClassWeights GIVEN = new ClassWeights.Given(List.of(1.0, 2.0, 4.0));
  private static final int[] LABELS = {0, 0, 0, 1, 2, 2, 0, 1};

  private static TrainingData data(int trained) {
    ArrayData data = new ArrayData(Shape.of(1), 3, new float[LABELS.length], LABELS);
    return new TrainingData(data, trained, LABELS.length - trained);
  }

  /** By the definition of PyTorch's CrossEntropyLoss with weight and label_smoothing. */
  private static double expected(double[] z, int label, double[] weights, double smoothing) {
    double sum = 0;
    for (double v : z) {
      sum += Math.exp(v);
    }
    double loss = 0;
    for (int c = 0; c < z.length; c++) {
      double behind = Math.log(sum) - z[c];
      loss += (c == label ? (1 - smoothing) * weights[c] * behind : 0);
      loss += smoothing / z.length * weights[c] * behind;
    }
    return loss;
  }

  @Test
  void weighLossAndGradientWithAndWithoutSmoothing() {
    double[] z = {0.5, -1, 0.25};
    double[] weights = {1, 2, 4};
    for (double smoothing : new double[] {0, 0.1}) {
      Loss loss = Loss.of(new LossChoice.CrossEntropy(smoothing, GIVEN), data(8), 3);
      for (int label = 0; label < 3; label++) {
        float[] outputs = {0.5f, -1, 0.25f};
        float[] gradient = new float[3];
        double value = loss.lossAndGradient(outputs, 0, 3, label, 0, gradient, 0.5f);
        assertThat(value).isCloseTo(expected(z, label, weights, smoothing), within(1e-6));
        assertThat(loss.loss(outputs, 0, 3, label, 0)).isEqualTo(value);
        assertThat(loss.share(label)).isEqualTo(weights[label]);
        for (int c = 0; c < 3; c++) {
          double[] above = z.clone();
          double[] below = z.clone();
          above[c] += 1e-6;
          below[c] -= 1e-6;
          double slope =
              (expected(above, label, weights, smoothing)
                      - expected(below, label, weights, smoothing))
                  / 2e-6;
          assertThat((double) gradient[c]).isCloseTo(0.5 * slope, within(1e-5));
        }
      }
    }
  }

  @Test
  void weighProbabilities() {
    Loss loss = Loss.of(new LossChoice.CrossEntropyFromProbabilities(GIVEN), data(8), 3);
    float[] gradient = new float[3];
    assertThat(loss.lossAndGradient(new float[] {0.25f, 0.5f, 0.25f}, 0, 3, 1, 0, gradient, 1))
        .isCloseTo(2 * Math.log(2), within(1e-6));
    assertThat(gradient).containsExactly(0, -4, 0);
    assertThat(loss.share(2)).isEqualTo(4);
  }

  @Test
  void balanceClassesByTheSamplesThatAreTrainedOn() {
    assertThat(new ClassWeights.Balanced().of(data(8), 3))
        .usingComparatorWithPrecision(1e-12)
        .containsExactly(8 / 12.0, 8 / 6.0, 8 / 6.0);
    assertThat(new ClassWeights.Balanced().of(data(4), 4))
        .usingComparatorWithPrecision(1e-12)
        .containsExactly(4 / 12.0, 1, 1, 1);
  }

  @Test
  void refuseOtherNumbersOfClasses() {
    assertThatThrownBy(() -> GIVEN.of(data(8), 10))
        .isInstanceOfSatisfying(
            ParameterException.class, e -> assertThat(e.parameter()).isEqualTo("classWeights"))
        .hasMessageContainingAll("3 numbers", "10 classes");
  }

  /** A batch's mean is over its weights, so scaling all of them changes nothing. */
  @Test
  void makeAMeanOverTheWeightsOfABatch() {
    LossChoice small =
        new LossChoice.CrossEntropy(0, new ClassWeights.Given(List.of(1.0, 2.0, 4.0, 1.0)));
    LossChoice large =
        new LossChoice.CrossEntropy(0, new ClassWeights.Given(List.of(8.0, 16.0, 32.0, 8.0)));
    ArrayData data = Trainings.data(60);
    assertThat(meanLoss(data, small)).isCloseTo(meanLoss(data, large), within(1e-9));
    assertThat(meanLoss(data, small))
        .isNotCloseTo(meanLoss(data, new LossChoice.CrossEntropy()), within(1e-3));
  }

  private static double meanLoss(ArrayData data, LossChoice choice) {
    Model model = Trainings.net(1).classifier(4);
    ExecutionPlan plan = ExecutionPlan.compile(model);
    try (WorkerPool pool = new WorkerPool(1)) {
      BatchPass pass =
          new BatchPass(
              plan,
              pool,
              data,
              PlainKernels::new,
              plan.layout().weights(model),
              new RunningStatistics(plan.cuts()),
              Loss.of(choice, new TrainingData(data, 60, 0), 4),
              0);
      pass.train(IntStream.range(0, 60).toArray(), 0, 60, 0);
      return pass.requireFiniteLoss("the batch");
    }
  }
}
