package io.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.Checkpoint;
import io.espalier.api.Dataset;
import io.espalier.api.EspalierException;
import io.espalier.api.Extension;
import io.espalier.api.FailureCode;
import io.espalier.api.FineTuner;
import io.espalier.api.Horizon;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.api.Shape;
import io.espalier.api.StepReport;
import io.espalier.api.TrainingControl;
import io.espalier.core.CheckpointProtos;
import io.espalier.core.Plans;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every fine-tuner keeps: it learns; masks and codebooks hold after every step; the same
 * request gives the same bytes, whether or not the training was cut off and went on from a
 * checkpoint; and it can be stopped and interrupted.
 */
public abstract class FineTunerContract extends ExtensionContract {
  private static final long SEED = 17;

  /** The fine-tuner under test, a new one in every call. */
  protected abstract FineTuner fineTuner();

  /**
   * Parameters of a training that learns something of {@link SyntheticDataset#small} in 12 to 1000
   * steps and two passes or more, best with a batch that does not divide 256.
   */
  @Override
  protected abstract Map<String, ?> given();

  @Override
  final Extension extension() {
    return fineTuner();
  }

  @Test
  void tellsOfEveryStepOfItsHorizonInOrder() {
    TrainingRecord record = new TrainingRecord();
    train(start(), Optional.empty(), record);
    Horizon horizon = horizon();

    assertThat(horizon.totalSteps())
        .as("steps of the contract's training")
        .isBetween(Math.max(12, 2 * horizon.stepsPerEpoch()), 1000);
    assertThat(record.begin()).hasValue(0);
    assertThat(record.steps().stream().map(StepReport::step))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, horizon.totalSteps()).boxed().toList());
    assertThat(record.steps())
        .allSatisfy(
            report -> {
              assertThat(report.epoch())
                  .isEqualTo(1 + (report.step() - 1) / horizon.stepsPerEpoch());
              assertThat(report.loss()).isFinite().isNotNegative();
              assertThat(report.accuracy()).isBetween(0.0, 1.0);
              assertThat(report.learningRate()).isFinite();
            });
  }

  @Test
  void learns() {
    TrainingRecord record = new TrainingRecord();
    train(start(), Optional.empty(), record);
    int steps = record.steps().size();

    assertThat(record.meanLoss(steps - steps / 4, steps)).isLessThan(record.meanLoss(0, steps / 4));
  }

  @Test
  void leavesTheModelItStartedFromBitIdentical() {
    Model model = start();
    Model trained = train(model, Optional.empty(), new TrainingRecord());

    assertThat(model).isEqualTo(start());
    assertThat(trained.graph()).isEqualTo(model.graph());
    assertThat(trained.tensors().keySet()).isEqualTo(model.tensors().keySet());
    assertThat(trained.tensors()).isNotEqualTo(model.tensors());
  }

  @Test
  void givesTheSameBytesAgain() {
    assertThat(train(start(), Optional.empty(), new TrainingRecord()))
        .isEqualTo(train(start(), Optional.empty(), new TrainingRecord()));
  }

  @Test
  void holdsMasksAfterEveryStep() {
    Sharing sharing = Sharing.of(start());
    Model masked = Plans.apply(start(), sharing.masksOnly());

    Model trained =
        train(
            masked,
            Optional.empty(),
            new TrainingRecord() {
              @Override
              protected void afterStep(int step, TrainingControl control) {
                sharing.assertMasksHold(control.model());
              }
            });

    sharing.assertMasksHold(trained);
    assertThat(trained.tensors()).isNotEqualTo(masked.tensors());
  }

  @Test
  void holdsMasksAndCodebooksAfterEveryStep() {
    Sharing sharing = Sharing.of(start());
    Model constrained = Plans.apply(start(), sharing.plan());

    Model trained =
        train(
            constrained,
            Optional.empty(),
            new TrainingRecord() {
              @Override
              protected void afterStep(int step, TrainingControl control) {
                sharing.assertHolds(control.model());
              }
            });

    sharing.assertHolds(trained);
    assertThat(trained.tensors()).isNotEqualTo(constrained.tensors());
  }

  @Test
  void takesNewConstraintsInMidTraining() {
    Sharing sharing = Sharing.of(start());
    int half = horizon().totalSteps() / 2;

    Model trained =
        train(
            start(),
            Optional.empty(),
            new TrainingRecord() {
              @Override
              protected void afterStep(int step, TrainingControl control) {
                if (step == half) {
                  control.apply(sharing.plan());
                }
                if (step >= half) {
                  sharing.assertHolds(control.model());
                }
              }
            });

    sharing.assertHolds(trained);
  }

  @Test
  void takesConstraintsBeforeTheFirstStep() {
    Sharing sharing = Sharing.of(start());

    Model trained =
        train(
            start(),
            Optional.empty(),
            new TrainingRecord() {
              @Override
              protected void afterBegin(int step, TrainingControl control) {
                control.apply(sharing.plan());
                sharing.assertHolds(control.model());
              }
            });

    assertThat(trained)
        .isEqualTo(
            train(Plans.apply(start(), sharing.plan()), Optional.empty(), new TrainingRecord()));
  }

  @Test
  void goesOnFromACheckpointToTheSameBytes() {
    int cut = horizon().stepsPerEpoch() + horizon().stepsPerEpoch() / 2;
    List<Checkpoint> checkpoints = new ArrayList<>();
    Plan plan = Sharing.of(start()).plan();
    Model uninterrupted =
        train(
            start(),
            Optional.empty(),
            new TrainingRecord() {
              @Override
              protected void afterStep(int step, TrainingControl control) {
                if (step == 2) {
                  control.apply(plan);
                }
                if (step == cut) {
                  checkpoints.add(control.checkpoint());
                }
              }
            });

    Checkpoint checkpoint = checkpoints.get(0);
    TrainingRecord record = new TrainingRecord();
    Model resumed = train(start(), Optional.of(stored(checkpoint)), record);

    assertThat(checkpoint.fineTuner()).isEqualTo(fineTuner().description().id());
    assertThat(checkpoint.step()).isEqualTo(cut);
    assertThat(record.begin()).hasValue(cut);
    assertThat(record.steps().get(0).step()).isEqualTo(cut + 1);
    assertThat(record.steps().size()).isEqualTo(horizon().totalSteps() - cut);
    assertThat(resumed.tensors()).isEqualTo(uninterrupted.tensors());
    assertThat(resumed.masks()).isEqualTo(uninterrupted.masks());
    assertThat(resumed.codebooks()).isEqualTo(uninterrupted.codebooks());
  }

  @Test
  void stopsWhenToldTo() {
    List<Model> last = new ArrayList<>();
    TrainingRecord record =
        new TrainingRecord() {
          @Override
          protected void afterStep(int step, TrainingControl control) {
            if (step == 3) {
              last.add(control.model());
              control.stop();
            }
          }
        };

    Model trained = train(start(), Optional.empty(), record);

    assertThat(record.steps()).hasSize(3);
    assertThat(trained.tensors()).isEqualTo(last.get(0).tensors());
  }

  @Test
  void stopsBeforeTheFirstStepWhenToldTo() {
    TrainingRecord record =
        new TrainingRecord() {
          @Override
          protected void afterBegin(int step, TrainingControl control) {
            control.stop();
          }
        };

    assertThat(train(start(), Optional.empty(), record).tensors()).isEqualTo(start().tensors());
    assertThat(record.steps()).isEmpty();
  }

  @Test
  void endsWithCancelledWhenInterrupted() {
    TrainingRecord record =
        new TrainingRecord() {
          @Override
          protected void afterStep(int step, TrainingControl control) {
            if (step == 2) {
              Thread.currentThread().interrupt();
            }
          }
        };

    try {
      assertThatThrownBy(() -> train(start(), Optional.empty(), record))
          .isInstanceOfSatisfying(
              EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.CANCELLED));
      assertThat(record.steps()).hasSizeLessThanOrEqualTo(3);
    } finally {
      Thread.interrupted();
    }
  }

  @Test
  void givesModelsThatDoNotChangeLater() {
    List<Model> seen = new ArrayList<>();
    train(
        start(),
        Optional.empty(),
        new TrainingRecord() {
          @Override
          protected void afterStep(int step, TrainingControl control) {
            seen.add(control.model());
          }
        });

    assertThat(seen.get(0).tensors()).isNotEqualTo(seen.get(1).tensors());
    assertThat(seen.get(0).tensors()).isNotEqualTo(seen.get(seen.size() - 1).tensors());
  }

  @Test
  void refusesADatasetThatDoesNotFitTheModel() {
    Dataset otherImages =
        new SyntheticDataset(Shape.of(1, 8, 8), SmallModels.CLASSES, 256, 32, SEED);
    Dataset moreClasses =
        new SyntheticDataset(SmallModels.IMAGE, SmallModels.CLASSES + 3, 256, 32, SEED);

    assertRefused(otherImages);
    assertRefused(moreClasses);
  }

  private void assertRefused(Dataset dataset) {
    assertThatThrownBy(() -> fineTuner().fineTune(request(dataset), new TrainingRecord()))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isIn(FailureCode.DATA, FailureCode.MODEL));
  }

  private FineTuner.Request request(Dataset dataset) {
    return new FineTuner.Request(start(), dataset, parameters(), SEED, Optional.empty());
  }

  private Model train(Model model, Optional<Checkpoint> resumeFrom, TrainingRecord record) {
    return fineTuner()
        .fineTune(new FineTuner.Request(model, dataset(), parameters(), SEED, resumeFrom), record);
  }

  /** A checkpoint as it comes back from a file. */
  private static Checkpoint stored(Checkpoint checkpoint) {
    return CheckpointProtos.fromProto(CheckpointProtos.toProto(checkpoint), start());
  }

  private Horizon horizon() {
    return fineTuner().horizon(dataset(), parameters());
  }

  private static Dataset dataset() {
    return SyntheticDataset.small(SEED);
  }

  private static Model start() {
    return SmallModels.cnn(SEED);
  }
}
