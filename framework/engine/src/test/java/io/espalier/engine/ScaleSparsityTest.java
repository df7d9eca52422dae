package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.EspalierException;
import io.espalier.api.Model;
import io.espalier.api.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Network slimming's training: the magnitudes of batch normalisation's scales cost something. */
class ScaleSparsityTest {
  private static final ArrayData DATA = Trainings.data(300);
  private static final List<String> SCALES = List.of("w1", "w6", "w12");

  private static TrainingOptions options(OptimizerChoice optimizer, int epochs, int batch) {
    return new TrainingOptions(
        epochs, batch, optimizer, new LearningRate(0.01, LearningRate.Shape.CONSTANT, 0), 0, 0, 2);
  }

  /** Scales above and below zero. */
  private static Model model() {
    Model model = Trainings.normalised(1);
    for (String scale : SCALES) {
      float[] values = model.tensor(scale).toFloatArray();
      for (int i = 0; i < values.length; i++) {
        values[i] = i % 3 == 0 ? -0.5f : 0.5f + 0.1f * i;
      }
      model =
          model.withTensors(List.of(Tensor.ofFloats(scale, model.tensor(scale).shape(), values)));
    }
    return model;
  }

  @Test
  void addsTheGradientOfTheMagnitudesToScalesAlone() {
    TrainingOptions plain = options(new OptimizerChoice.Sgd(0), 1, 300);
    Model model = model();

    Model free = Trainings.train(model, DATA, plain);
    Model slim = Trainings.train(model, DATA, plain.withScaleSparsity(0.25));

    for (String scale : SCALES) {
      float[] before = model.tensor(scale).toFloatArray();
      float[] without = free.tensor(scale).toFloatArray();
      float[] with = slim.tensor(scale).toFloatArray();
      for (int i = 0; i < before.length; i++) {
        double moved = -0.01 * 0.25 * Math.signum(before[i]);
        assertThat((double) with[i] - without[i]).isCloseTo(moved, within(1e-6));
      }
    }
    for (Tensor tensor : model.tensors().values()) {
      if (!SCALES.contains(tensor.name())) {
        assertThat(slim.tensor(tensor.name())).isEqualTo(free.tensor(tensor.name()));
      }
    }
  }

  @Test
  void countsInTheNormThatIsBounded() {
    TrainingOptions bounded = options(new OptimizerChoice.Sgd(0), 1, 300).withClipNorm(1e-3);
    Model model = model();

    Model slim = Trainings.train(model, DATA, bounded.withScaleSparsity(100));

    double moved = 0;
    for (Tensor tensor : model.tensors().values()) {
      float[] before = tensor.toFloatArray();
      float[] after = slim.tensor(tensor.name()).toFloatArray();
      boolean trained = !List.of("w3", "w4", "w8", "w9", "w14", "w15").contains(tensor.name());
      for (int i = 0; trained && i < before.length; i++) {
        moved += Math.pow(after[i] - before[i], 2);
      }
    }
    assertThat(Math.sqrt(moved)).isLessThanOrEqualTo(1.01 * 0.01 * 1e-3);
  }

  @Test
  void makesScalesSmallerThanTheyWouldBe() {
    TrainingOptions plain = options(new OptimizerChoice.Adam(), 6, 16);

    double free = magnitude(Trainings.train(model(), DATA, plain));
    double slim = magnitude(Trainings.train(model(), DATA, plain.withScaleSparsity(0.1)));

    assertThat(slim).isLessThan(0.8 * free);
  }

  private static double magnitude(Model model) {
    double sum = 0;
    for (String scale : SCALES) {
      for (float value : model.tensor(scale).toFloatArray()) {
        sum += Math.abs(value);
      }
    }
    return sum;
  }

  @Test
  void isRefusedWhereNothingIsNormalised() {
    assertThatThrownBy(
            () ->
                Trainings.train(
                    Trainings.net(1).classifier(4), DATA, Trainings.ADAM.withScaleSparsity(1e-4)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContainingAll("scaleSparsity", "'net'", "no BatchNormalization");
  }
}
