package io.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.FineTuner;
import io.espalier.api.GradientQuery;
import io.espalier.api.GradientRequest;
import io.espalier.api.GradientStatistic;
import io.espalier.api.GradientStatistics;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.api.TrainingControl;
import io.espalier.core.Layers;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What a fine-tuner keeps that tells statistics of gradients: the model stays bit-identical, the
 * same request gives the same bytes, and the statistics of weights, channels and whole tensors fit
 * together.
 */
public abstract class GradientContract extends FineTunerContract {
  private static final long SEED = 23;
  private static final int BATCHES = 3;
  private static final double RELATIVE = 1e-4;

  private static Model model() {
    return SmallModels.cnn(SEED);
  }

  private GradientStatistics ask(Model model, int batches, List<GradientQuery> queries) {
    return fineTuner()
        .gradients(
            new GradientRequest(
                model,
                SyntheticDataset.small(SEED),
                parameters(),
                SEED,
                batches,
                16,
                false,
                queries));
  }

  private double[] ask(int batches, GradientQuery query) {
    float[] floats = ask(model(), batches, List.of(query)).answer(query).toFloatArray();
    double[] values = new double[floats.length];
    Arrays.setAll(values, i -> floats[i]);
    return values;
  }

  private static List<Tensor> weights() {
    return Layers.prunable(model()).stream().map(l -> model().tensor(l.weight())).toList();
  }

  @Test
  void tellsOfEveryLayerAndLeavesTheModelBitIdentical() {
    Model model = model();
    for (Tensor weight : weights()) {
      GradientQuery query =
          GradientQuery.ofWeights(weight.name(), GradientStatistic.ABSOLUTE_GRADIENT);
      GradientStatistics answers = ask(model, BATCHES, List.of(query));

      assertThat(answers.samples()).isEqualTo(BATCHES * 16);
      assertThat(answers.loss()).isPositive().isFinite();
      assertThat(answers.answer(query).shape()).isEqualTo(weight.shape());
      float largest = 0;
      for (float value : answers.answer(query).toFloatArray()) {
        largest = Math.max(largest, value);
      }
      assertThat(largest).as("largest gradient of %s", weight.name()).isPositive();
    }
    assertThat(model).isEqualTo(model());
  }

  @Test
  void givesTheSameGradientsAgain() {
    List<GradientQuery> queries =
        weights().stream()
            .map(w -> GradientQuery.ofWeights(w.name(), GradientStatistic.SQUARED_PRODUCT))
            .toList();
    assertThat(ask(model(), BATCHES, queries)).isEqualTo(ask(model(), BATCHES, queries));
  }

  @Test
  void squaresTheGradientOfOneBatch() {
    for (Tensor weight : weights()) {
      double[] gradients =
          ask(1, GradientQuery.ofWeights(weight.name(), GradientStatistic.GRADIENT));
      double[] squares =
          ask(1, GradientQuery.ofWeights(weight.name(), GradientStatistic.SQUARED_GRADIENT));
      double[] products =
          ask(1, GradientQuery.ofWeights(weight.name(), GradientStatistic.ABSOLUTE_PRODUCT));
      float[] values = weight.toFloatArray();
      for (int i = 0; i < gradients.length; i++) {
        assertClose(squares[i], gradients[i] * gradients[i]);
        assertClose(products[i], Math.abs(values[i] * gradients[i]));
      }
    }
  }

  @Test
  void addsWeightsUpToChannelsAndChannelsToTheWhole() {
    for (Tensor weight : weights()) {
      for (GradientStatistic statistic :
          List.of(GradientStatistic.SQUARED_GRADIENT, GradientStatistic.ABSOLUTE_PRODUCT)) {
        double[] single = ask(BATCHES, GradientQuery.ofWeights(weight.name(), statistic));
        double[] channels = ask(BATCHES, GradientQuery.ofChannels(weight.name(), 0, statistic));
        double[] whole = ask(BATCHES, GradientQuery.ofTensor(weight.name(), statistic));

        assertThat(channels).hasSize((int) weight.shape().dim(0));
        int inner = single.length / channels.length;
        for (int c = 0; c < channels.length; c++) {
          assertClose(channels[c], Arrays.stream(single, c * inner, (c + 1) * inner).sum());
        }
        assertThat(whole).hasSize(1);
        assertClose(whole[0], Arrays.stream(channels).sum());
      }
    }
  }

  @Test
  void neverMakesTheSquareOfAChannelsSumLargerThanItsMeanSquare() {
    for (Tensor weight : weights()) {
      double[] sums =
          ask(BATCHES, GradientQuery.ofChannels(weight.name(), 0, GradientStatistic.PRODUCT));
      double[] absolutes =
          ask(BATCHES, GradientQuery.ofChannels(weight.name(), 0, GradientStatistic.ABSOLUTE_SUM));
      double[] squares =
          ask(BATCHES, GradientQuery.ofChannels(weight.name(), 0, GradientStatistic.SQUARED_SUM));
      for (int c = 0; c < sums.length; c++) {
        assertThat(Math.abs(sums[c])).isLessThanOrEqualTo(absolutes[c] * (1 + RELATIVE));
        assertThat(absolutes[c] * absolutes[c]).isLessThanOrEqualTo(squares[c] * (1 + RELATIVE));
      }
    }
  }

  @Test
  void refusesGradientsOfATensorThatIsNotThere() {
    GradientQuery query = GradientQuery.ofTensor("no such tensor", GradientStatistic.GRADIENT);
    assertThatThrownBy(() -> ask(model(), 1, List.of(query)))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.PLUGIN))
        .hasMessageContaining("no such tensor");
  }

  @Test
  void refusesGradientsOnADatasetThatDoesNotFit() {
    GradientRequest request =
        new GradientRequest(
            model(),
            new SyntheticDataset(Shape.of(1, 8, 8), SmallModels.CLASSES, 64, 16, SEED),
            parameters(),
            SEED,
            1,
            16,
            false,
            List.of());
    assertThatThrownBy(() -> fineTuner().gradients(request))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isIn(FailureCode.DATA, FailureCode.MODEL));
  }

  @Test
  void tellsTheGradientOfTheLastStep() {
    GradientQuery query =
        GradientQuery.ofWeights(weights().get(0).name(), GradientStatistic.GRADIENT);
    TrainingRecord record =
        new TrainingRecord() {
          @Override
          protected void afterStep(int step, TrainingControl control) {
            Tensor gradient = control.gradient(query.tensor());
            assertThat(gradient.shape()).isEqualTo(weights().get(0).shape());
            assertThat(gradient.toFloatArray()).isNotEqualTo(new float[gradient.size()]);
            assertThatThrownBy(() -> control.gradient("no such tensor"))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("no such tensor");
            control.stop();
          }
        };
    fineTuner()
        .fineTune(
            new FineTuner.Request(
                model(), SyntheticDataset.small(SEED), parameters(), SEED, Optional.empty()),
            record);
    assertThat(record.steps()).hasSize(1);
  }

  private static void assertClose(double actual, double expected) {
    assertThat(actual).isCloseTo(expected, within(RELATIVE * Math.abs(expected) + 1e-12));
  }
}
