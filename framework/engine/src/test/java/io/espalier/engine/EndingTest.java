package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.Checkpoint;
import io.espalier.api.Codebook;
import io.espalier.api.Edit;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.ParameterException;
import io.espalier.api.Plan;
import io.espalier.api.StepReport;
import io.espalier.api.TrainingControl;
import io.espalier.api.TrainingListener;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EndingTest {
  private static final int PER_EPOCH = 10;
  private static final int EPOCHS = 14;

  /** What is held out has wrong labels, so that learning raises the validation loss. */
  private static final ArrayData DATA = misleading();

  private static ArrayData misleading() {
    ArrayData data = Trainings.data(200);
    int[] labels = data.labels().clone();
    for (int i = 160; i < labels.length; i++) {
      labels[i] = (labels[i] + 1) % 4;
    }
    return new ArrayData(data.sample(), 4, data.samples(), labels);
  }

  private static TrainingOptions options(int patience, boolean keepsBest) {
    LearningRate rate = new LearningRate(0.05, LearningRate.Shape.CONSTANT, 0);
    return new TrainingOptions(EPOCHS, 16, new OptimizerChoice.Adam(), rate, 0, 0.2, 2)
        .with(new Ending(patience, keepsBest));
  }

  private static Model model() {
    return Trainings.constrained(Trainings.net(1).classifier(4));
  }

  /** Remembers the validation losses, the models of the epochs' ends, and why it ended early. */
  private static class Watching implements TrainingListener {
    final List<Double> losses = new ArrayList<>();
    final List<Model> models = new ArrayList<>();
    final List<String> ends = new ArrayList<>();
    int steps;

    @Override
    public void onBegin(int step, TrainingControl control) {}

    @Override
    public void onStep(StepReport report, TrainingControl control) {
      steps = report.step();
      if (steps % PER_EPOCH == 0) {
        models.add(control.model());
      }
    }

    @Override
    public void onMetric(String subject, String metric, double value, int step) {
      if (metric.equals("loss")) {
        losses.add(value);
      }
    }

    @Override
    public void onEarlyEnd(int step, String reason) {
      ends.add(step + ": " + reason);
    }

    int lowest() {
      return losses.indexOf(Collections.min(losses));
    }
  }

  private static Model train(TrainingOptions options, TrainingListener listener) {
    return new Trainer("test", options)
        .train(Trainings.request(model(), DATA, Optional.empty()), listener);
  }

  @Test
  void endsAtTheHorizonUnlessToldOtherwise() {
    Watching watching = new Watching();
    Model result = train(options(0, false), watching);
    assertThat(watching.steps).isEqualTo(EPOCHS * PER_EPOCH);
    assertThat(watching.ends).isEmpty();
    assertThat(result).isEqualTo(watching.models.get(EPOCHS - 1));
    assertThat(watching.lowest()).as("lowest of %s", watching.losses).isLessThan(EPOCHS - 4);
  }

  @Test
  void endsWhenPatienceIsOverAndSaysWhy() {
    Watching watching = new Watching();
    Model result = train(options(3, false), watching);
    int epochs = watching.losses.size();
    assertThat(epochs).isEqualTo(watching.lowest() + 1 + 3).isLessThan(EPOCHS);
    assertThat(watching.steps).isEqualTo(epochs * PER_EPOCH);
    assertThat(watching.ends).hasSize(1);
    assertThat(watching.ends.get(0))
        .startsWith(watching.steps + ": the validation loss has not fallen below")
        .endsWith("for 3 epochs");
    assertThat(result).isEqualTo(watching.models.get(epochs - 1));
  }

  @Test
  void resultIsTheBestEpochsModelWithItsConstraints() {
    Watching watching = new Watching();
    Model result = train(options(0, true), watching);
    assertThat(watching.losses).hasSize(EPOCHS);
    assertThat(result).isEqualTo(watching.models.get(watching.lowest()));
    assertThat(result).isNotEqualTo(watching.models.get(EPOCHS - 1));
    assertThat(result.masks()).isEqualTo(model().masks());
    Codebook codebook = Objects.requireNonNull(result.codebooks().get("w2"));
    assertThat(codebook.decode()).isEqualTo(result.tensor("w2"));
  }

  @Test
  void newConstraintsMakeTheBestVoid() {
    Model start = model();
    Mask mask = Trainings.mask(start.tensor("w1"));
    Plan plan = new Plan("test", List.of(new Edit.MaskWeights(mask)));
    Watching watching =
        new Watching() {
          @Override
          public void onStep(StepReport report, TrainingControl control) {
            if (report.step() == 12 * PER_EPOCH - 3) {
              control.apply(plan);
            }
            super.onStep(report, control);
          }
        };
    Model result = train(options(0, true), watching);
    assertThat(result.masks()).containsEntry("w1", mask);
    assertThat(result).isIn(watching.models.subList(11, EPOCHS));
  }

  @Test
  void aStoppedTrainingEndsWithTheModelOfThatMoment() {
    Watching watching =
        new Watching() {
          @Override
          public void onStep(StepReport report, TrainingControl control) {
            super.onStep(report, control);
            if (report.step() == 12 * PER_EPOCH) {
              control.stop();
            }
          }
        };
    Model result = train(options(20, true), watching);
    assertThat(watching.ends).isEmpty();
    assertThat(result).isEqualTo(watching.models.get(11));
  }

  @Test
  void resumesToTheSameBytes() {
    Watching watching = new Watching();
    train(options(4, true), watching);
    assertThat(watching.ends).hasSize(1);
    int end = watching.steps;
    Resuming.assertExact(
        options(4, true), model(), DATA, 7, PER_EPOCH, end - PER_EPOCH, end - 4, end);
    Resuming.assertExact(options(0, true), model(), DATA, 7, 60, 137, 140);
  }

  @Test
  void aTrainingResumedAtItsEarlyEndMakesNoFurtherStep() {
    List<Checkpoint> last = new ArrayList<>();
    Watching first =
        new Watching() {
          @Override
          public void onStep(StepReport report, TrainingControl control) {
            super.onStep(report, control);
            last.add(control.checkpoint());
          }
        };
    train(options(3, false), first);
    Watching second = new Watching();
    new Trainer("test", options(3, false))
        .train(Trainings.request(model(), DATA, Optional.of(last.get(last.size() - 1))), second);
    assertThat(second.steps).isZero();
    assertThat(second.ends).isEqualTo(first.ends);
  }

  @Test
  void refusesBothWithoutValidation() {
    TrainingOptions none =
        new TrainingOptions(
            1,
            16,
            new OptimizerChoice.Adam(),
            new LearningRate(0.01, LearningRate.Shape.CONSTANT, 0),
            0,
            0,
            1);
    assertRefused(none.with(new Ending(2, false)), "earlyStoppingPatience");
    assertRefused(none.with(new Ending(0, true)), "keepBest");
  }

  private static void assertRefused(TrainingOptions options, String parameter) {
    assertThatThrownBy(() -> new Trainer("test", options).horizon(DATA))
        .isInstanceOfSatisfying(
            ParameterException.class, e -> assertThat(e.parameter()).isEqualTo(parameter))
        .hasMessageContainingAll("validation loss", "validationSplit 0.0");
  }
}
