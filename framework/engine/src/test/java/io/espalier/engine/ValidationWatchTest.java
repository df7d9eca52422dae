package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.Checkpoint;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.ParameterException;
import io.espalier.api.Shape;
import io.espalier.api.StepReport;
import io.espalier.api.TrainingControl;
import io.espalier.api.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ValidationWatchTest {

  /** Labels at random: what is learned by heart raises the validation loss. */
  private static final ArrayData DATA = new Net(Shape.of(1, 9, 9), 5).data(200, 4);

  private static TrainingOptions plateau(int epochs, int patience, double validationSplit) {
    LearningRate rate = new LearningRate(0.02, new LearningRate.Plateau(0.5, patience), 3);
    return new TrainingOptions(epochs, 16, new OptimizerChoice.Adam(), rate, 0, validationSplit, 2);
  }

  private static Model none() {
    throw new AssertionError("no model is to be kept");
  }

  private static Checkpoint checkpoint(Map<String, Double> scalars) {
    return new Checkpoint("test", 1, Trainings.net(1).classifier(4), List.of(), scalars);
  }

  private static double factorAfter(ValidationWatch watch, double... losses) {
    for (double loss : losses) {
      watch.observe(loss, ValidationWatchTest::none);
    }
    return watch.rateFactor();
  }

  @Test
  void reducesTheRateWhenPatienceIsOver() {
    ValidationWatch watch = new ValidationWatch(plateau(1, 1, 0.1));
    assertThat(factorAfter(watch, 3, 2, 2)).isEqualTo(1);
    assertThat(factorAfter(watch, 2.5)).isEqualTo(0.5);
    assertThat(factorAfter(watch, 2.2)).isEqualTo(0.5);
    assertThat(factorAfter(watch, 1.9, 1.8, 1.8)).isEqualTo(0.5);
    assertThat(factorAfter(watch, 1.8)).isEqualTo(0.25);
  }

  @Test
  void startsAfreshWithNewConstraints() {
    ValidationWatch watch = new ValidationWatch(plateau(1, 1, 0.1));
    factorAfter(watch, 1, 2);
    watch.constraintsChanged();
    assertThat(factorAfter(watch, 5, 4.5, 4.6)).isEqualTo(1);
    assertThat(factorAfter(watch, 4.6)).isEqualTo(0.5);
  }

  @Test
  void givesItsNumbersToACheckpointAndTakesThemBack() {
    ValidationWatch watch = new ValidationWatch(plateau(1, 2, 0.1));
    factorAfter(watch, 1, 2, 2, 2, 2);
    ValidationWatch other = new ValidationWatch(plateau(1, 2, 0.1));
    other.restore(checkpoint(watch.scalars()));
    assertThat(other.scalars()).isEqualTo(watch.scalars());
    assertThat(factorAfter(other, 2, 2)).isEqualTo(factorAfter(watch, 2, 2)).isEqualTo(0.25);
  }

  @Test
  void refusesACheckpointWithoutItsNumbers() {
    assertThatThrownBy(() -> new ValidationWatch(plateau(1, 1, 0.1)).restore(checkpoint(Map.of())))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.USAGE))
        .hasMessageContaining("plateau.lowest");
  }

  @Test
  void refusesAPlateauWithoutValidation() {
    assertThatThrownBy(() -> new Trainer("test", plateau(1, 1, 0)).horizon(DATA))
        .isInstanceOfSatisfying(
            ParameterException.class,
            e -> assertThat(e.parameter()).isEqualTo("learningRateSchedule"))
        .hasMessageContainingAll("reduce-on-plateau", "validationSplit 0.0");
  }

  @Test
  void ratesOfATrainingFallAsItsValidationLossesSay() {
    List<Double> losses = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    new Trainer("test", plateau(12, 0, 0.2))
        .train(
            Trainings.request(Trainings.net(1).classifier(4), DATA, Optional.empty()),
            new TrainingListener() {
              @Override
              public void onBegin(int step, TrainingControl control) {}

              @Override
              public void onStep(StepReport report, TrainingControl control) {
                if (report.step() % 10 == 0) {
                  rates.add(report.learningRate());
                }
              }

              @Override
              public void onMetric(String subject, String metric, double value, int step) {
                if (metric.equals("loss")) {
                  losses.add(value);
                }
              }
            });
    double rate = 0.02;
    double lowest = Double.POSITIVE_INFINITY;
    for (int epoch = 0; epoch < 12; epoch++) {
      assertThat(rates.get(epoch)).as("rate of epoch %d", epoch).isEqualTo(rate);
      rate = losses.get(epoch) < lowest ? rate : rate / 2;
      lowest = Math.min(lowest, losses.get(epoch));
    }
    assertThat(rate).isLessThan(0.02);
  }

  @Test
  void resumesToTheSameBytes() {
    Model model = Trainings.constrained(Trainings.net(1).classifier(4));
    Resuming.assertExact(plateau(8, 0, 0.2), model, DATA, 10, 25, 40, 63, 70);
  }
}
