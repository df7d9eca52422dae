package io.espalier.engine;

import static io.espalier.api.GradientStatistic.ABSOLUTE_GRADIENT;
import static io.espalier.api.GradientStatistic.ABSOLUTE_PRODUCT;
import static io.espalier.api.GradientStatistic.ABSOLUTE_SUM;
import static io.espalier.api.GradientStatistic.GRADIENT;
import static io.espalier.api.GradientStatistic.PRODUCT;
import static io.espalier.api.GradientStatistic.SQUARED_GRADIENT;
import static io.espalier.api.GradientStatistic.SQUARED_PRODUCT;
import static io.espalier.api.GradientStatistic.SQUARED_SUM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.GradientQuery;
import io.espalier.api.GradientRequest;
import io.espalier.api.GradientStatistic;
import io.espalier.api.GradientStatistics;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GradientStatisticsTest {
  private static final int BATCH = 16;
  private static final ArrayData DATA = Trainings.data(100);

  /** A convolution's weight, 6 x 1 x 3 x 3. */
  private static final String WEIGHT = "w0";

  private static GradientStatistics ask(
      Model model, int batches, boolean training, int threads, GradientQuery... queries) {
    return new Trainer("test", Trainings.threads(threads))
        .gradients(
            new GradientRequest(
                model, DATA, Trainings.NONE, 7, batches, BATCH, training, List.of(queries)));
  }

  private static float[] ask(Model model, int batches, GradientQuery query) {
    return ask(model, batches, false, 2, query).answer(query).toFloatArray();
  }

  @AfterEach
  void clearInterrupt() {
    Thread.interrupted();
  }

  @Test
  void ofOneBatchAreTheGradientsOfATrainingsFirstStep() {
    Model model = Trainings.normalised(1);
    List<Tensor> ofStep = new ArrayList<>();
    new Trainer("test", Trainings.ADAM)
        .train(
            Trainings.request(model, DATA, Optional.empty()),
            (Trainings.Steps)
                (report, control) -> {
                  if (report.step() == 1) {
                    ofStep.add(control.gradient(WEIGHT));
                    control.stop();
                  }
                });
    GradientQuery query = GradientQuery.ofWeights(WEIGHT, GRADIENT);
    assertThat(ask(model, 1, true, 2, query).answer(query)).isEqualTo(ofStep.get(0));
  }

  @Test
  void ofSeveralBatchesAreMeansOverThem() {
    Model model = Trainings.normalised(1);
    GradientQuery mean = GradientQuery.ofWeights(WEIGHT, GRADIENT);
    float[] first = ask(model, 1, mean);
    float[] both = ask(model, 2, mean);
    float[] second = new float[first.length];
    for (int i = 0; i < second.length; i++) {
      second[i] = 2 * both[i] - first[i];
    }
    for (GradientStatistic statistic : GradientStatistic.values()) {
      for (int axis = 0; axis < 3; axis++) {
        assertThat(ask(model, 2, GradientQuery.ofChannels(WEIGHT, axis, statistic)))
            .as("%s along axis %d", statistic, axis)
            .usingComparatorWithPrecision(1e-5f)
            .containsExactly(expected(model, statistic, axis, first, second));
      }
    }
  }

  /** By the definitions, of a weight of 6 x 1 x 3 x 3. */
  private static float[] expected(
      Model model, GradientStatistic statistic, int axis, float[] first, float[] second) {
    float[] w = model.tensor(WEIGHT).toFloatArray();
    int units = new int[] {6, 1, 3}[axis];
    float[] mean = new float[units];
    for (float[] g : List.of(first, second)) {
      double[] sums = new double[units];
      for (int i = 0; i < w.length; i++) {
        int unit = new int[] {i / 9, 0, i / 3 % 3}[axis];
        double product = (double) w[i] * g[i];
        sums[unit] +=
            switch (statistic) {
              case GRADIENT -> g[i];
              case ABSOLUTE_GRADIENT -> Math.abs(g[i]);
              case SQUARED_GRADIENT -> g[i] * g[i];
              case PRODUCT, ABSOLUTE_SUM, SQUARED_SUM -> product;
              case ABSOLUTE_PRODUCT -> Math.abs(product);
              case SQUARED_PRODUCT -> product * product;
            };
      }
      DoubleUnaryOperator last =
          statistic == ABSOLUTE_SUM
              ? Math::abs
              : statistic == SQUARED_SUM ? x -> x * x : DoubleUnaryOperator.identity();
      for (int u = 0; u < units; u++) {
        mean[u] += (float) (last.applyAsDouble(sums[u]) / 2);
      }
    }
    return mean;
  }

  @Test
  void havePositionsOfTheTensorForThoseOfItsWeights() {
    Model model = Trainings.normalised(1);
    for (String weight : List.of("w0", "w5", "w17")) {
      Tensor tensor = model.tensor(weight);
      GradientQuery each = GradientQuery.ofWeights(weight, ABSOLUTE_PRODUCT);
      GradientQuery whole = GradientQuery.ofTensor(weight, ABSOLUTE_PRODUCT);
      GradientStatistics answers = ask(model, 2, true, 2, each, whole);
      float[] values = answers.answer(each).toFloatArray();
      double sum = 0;
      for (float value : values) {
        sum += value;
      }
      assertThat(answers.answer(each).shape()).isEqualTo(tensor.shape());
      assertThat(answers.answer(whole).shape()).isEqualTo(Shape.of());
      assertThat((double) answers.answer(whole).toFloatArray()[0])
          .isCloseTo(sum, within(1e-5 * sum));
    }
  }

  @Test
  void goRoundTheSamplesUntilThereAreEnoughBatches() {
    GradientStatistics twice =
        ask(Trainings.normalised(1), 12, false, 2, GradientQuery.ofTensor(WEIGHT, PRODUCT));
    assertThat(twice.samples()).isEqualTo(2 * 90);
    assertThat(twice.loss()).isPositive().isFinite();
  }

  @Test
  void areTheSameOnAnyNumberOfThreads() {
    GradientQuery query = GradientQuery.ofWeights(WEIGHT, SQUARED_GRADIENT);
    GradientStatistics one = ask(Trainings.normalised(1), 3, true, 1, query);
    assertThat(ask(Trainings.normalised(1), 3, true, 3, query)).isEqualTo(one);
  }

  @Test
  void tellOfMaskedWeightsTooAndLeaveTheModelAsItIs() {
    Model model = Trainings.constrained(Trainings.net(1).classifier(4));
    Model before = Trainings.constrained(Trainings.net(1).classifier(4));
    float[] gradients = ask(model, 2, GradientQuery.ofWeights(WEIGHT, ABSOLUTE_GRADIENT));
    float[] products = ask(model, 2, GradientQuery.ofWeights(WEIGHT, SQUARED_PRODUCT));
    assertThat(gradients[1]).isPositive();
    assertThat(products[1]).isZero();
    assertThat(products[0]).isPositive();
    assertThat(model).isEqualTo(before);
  }

  @Test
  void refuseATensorThatIsNotTrained() {
    GradientQuery query = GradientQuery.ofTensor("missing", GRADIENT);
    assertThatThrownBy(() -> ask(Trainings.normalised(1), 1, query))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.PLUGIN))
        .hasMessageContainingAll("'missing'", "trains no tensor");
  }

  @Test
  void refuseAnAxisThatIsNotThere() {
    GradientQuery query = GradientQuery.ofChannels(WEIGHT, 4, GRADIENT);
    assertThatThrownBy(() -> ask(Trainings.normalised(1), 1, query))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.PLUGIN))
        .hasMessageContainingAll("'w0'", "6x1x3x3", "axis 4");
  }

  @Test
  void nameTheBatchWhereTheLossIsNotFinite() {
    float[] samples = DATA.samples().clone();
    Arrays.fill(samples, Float.NaN);
    ArrayData broken = new ArrayData(DATA.sample(), 4, samples, DATA.labels());
    GradientRequest request =
        new GradientRequest(
            Trainings.normalised(1), broken, Trainings.NONE, 7, 1, BATCH, false, List.of());
    assertThatThrownBy(() -> new Trainer("test", Trainings.ADAM).gradients(request))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.NUMERIC))
        .hasMessageContainingAll("batch 1", "samples");
  }

  @Test
  void endWhenTheThreadIsInterrupted() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(
            () -> ask(Trainings.normalised(1), 1, GradientQuery.ofTensor(WEIGHT, GRADIENT)))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.CANCELLED));
  }

  @Test
  void needABatch() {
    assertThatThrownBy(
            () -> ask(Trainings.normalised(1), 0, GradientQuery.ofTensor(WEIGHT, GRADIENT)))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.USAGE))
        .hasMessageContainingAll("0 batches", "at least 1");
  }
}
