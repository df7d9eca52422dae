package io.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.FineTuner;
import io.espalier.api.GradientRequest;
import io.espalier.testkit.LastLayerTrainer.Fault;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The contract passes a sound fine-tuner and catches unsound ones. */
class FineTunerContractTest extends FineTunerContract {
  private final Set<Fault> faults = EnumSet.noneOf(Fault.class);

  @Override
  protected FineTuner fineTuner() {
    return new LastLayerTrainer().with(faults);
  }

  @Override
  protected Map<String, ?> given() {
    return Map.of("epochs", 3);
  }

  @Test
  void catchesMaskedWeightsThatComeBack() {
    assertCaught(Fault.REVIVES_MASKED, this::holdsMasksAfterEveryStep);
  }

  @Test
  void catchesWeightsThatDriftFromTheirCodebook() {
    assertCaught(Fault.DRIFTS_FROM_CODEBOOK, this::holdsMasksAndCodebooksAfterEveryStep);
  }

  @Test
  void catchesACheckpointWithoutTheOptimizersState() {
    assertCaught(Fault.FORGETS_MOMENTUM, this::goesOnFromACheckpointToTheSameBytes);
  }

  @Test
  void catchesATrainingThatDiffersEveryTime() {
    assertCaught(Fault.DRAWS_FROM_THE_CLOCK, this::givesTheSameBytesAgain);
  }

  @Test
  void catchesATrainingThatDoesNotStop() {
    assertCaught(Fault.IGNORES_STOP, this::stopsWhenToldTo);
    assertCaught(Fault.IGNORES_STOP, this::stopsBeforeTheFirstStepWhenToldTo);
  }

  @Test
  void catchesATrainingThatCannotBeInterrupted() {
    assertCaught(Fault.IGNORES_INTERRUPT, this::endsWithCancelledWhenInterrupted);
  }

  @Test
  void catchesPlansThatAreIgnored() {
    assertCaught(Fault.IGNORES_PLANS, this::takesNewConstraintsInMidTraining);
    assertCaught(Fault.IGNORES_PLANS, this::takesConstraintsBeforeTheFirstStep);
  }

  @Test
  void catchesATrainingThatLearnsNothing() {
    assertCaught(Fault.LEARNS_NOTHING, this::leavesTheModelItStartedFromBitIdentical);
  }

  @Test
  void catchesDataThatIsTakenThoughItDoesNotFit() {
    assertCaught(Fault.TAKES_ANY_DATA, this::refusesADatasetThatDoesNotFitTheModel);
  }

  @Test
  void aFineTunerWithoutGradientsSaysSo() {
    GradientRequest request =
        new GradientRequest(
            SmallModels.cnn(1), SyntheticDataset.small(1), parameters(), 1, 1, 1, true, List.of());
    assertThatThrownBy(() -> fineTuner().gradients(request))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.PLUGIN))
        .hasMessageContainingAll("'last-layer'", "gradients");
  }

  private void assertCaught(Fault fault, ThrowingCallable check) {
    faults.add(fault);
    assertThatThrownBy(check).isInstanceOf(AssertionError.class);
  }
}
