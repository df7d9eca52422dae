package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.FineTuner;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.StepReport;
import io.espalier.api.TrainingControl;
import io.espalier.api.TrainingListener;
import io.espalier.core.BuildOptions;
import io.espalier.core.ModelBuilders;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The networks that Espalier can make can be trained: a few steps on one batch lower its loss. */
class BuiltInNetworksTest {
  private static final int CLASSES = 4;
  private static final int SAMPLES = 8;

  @ParameterizedTest
  @CsvSource({
    "fashion-cnn, 1, 28, 0.001",
    "lenet-5, 1, 28, 0.003",
    "mlp, 1, 28, 0.001",
    "mobilenet-v2, 3, 64, 0.003",
    "resnet-18, 3, 64, 0.001",
    "resnet-20, 3, 32, 0.003",
    "tutorial-cnn, 1, 28, 0.003",
    "vit-tiny, 3, 32, 0.0002"
  })
  void aFewStepsLowerTheLoss(String name, int channels, int size, double rate) {
    Model model = ModelBuilders.model(name).build(1, new BuildOptions(CLASSES, size, size));
    Losses losses = new Losses();

    new Trainer("test", options(rate))
        .train(
            new FineTuner.Request(model, data(channels, size), Trainings.NONE, 1, Optional.empty()),
            losses);

    assertThat(losses.told).hasSize(10).allMatch(Double::isFinite);
    assertThat(losses.told.get(9)).isLessThan(0.7 * losses.told.get(0));
  }

  private static TrainingOptions options(double rate) {
    return new TrainingOptions(
        10,
        SAMPLES,
        new OptimizerChoice.Adam(),
        new LearningRate(rate, LearningRate.Shape.CONSTANT, 0),
        0,
        0,
        2);
  }

  private static ArrayData data(int channels, int size) {
    Random random = new Random(1);
    Shape shape = Shape.of(channels, size, size);
    float[] samples = new float[SAMPLES * (int) shape.size()];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = random.nextFloat();
    }
    int[] labels = random.ints(SAMPLES, 0, CLASSES).toArray();
    return new ArrayData(shape, CLASSES, samples, labels);
  }

  /** Remembers the loss of every step. */
  private static final class Losses implements TrainingListener {
    private final List<Double> told = new ArrayList<>();

    @Override
    public void onBegin(int step, TrainingControl control) {}

    @Override
    public void onStep(StepReport report, TrainingControl control) {
      told.add(report.loss());
    }

    @Override
    public void onMetric(String subject, String metric, double value, int step) {}
  }
}
