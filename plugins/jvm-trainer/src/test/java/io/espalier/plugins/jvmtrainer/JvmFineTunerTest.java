package io.espalier.plugins.jvmtrainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.FineTuner;
import io.espalier.api.Horizon;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import io.espalier.testkit.GradientContract;
import io.espalier.testkit.SyntheticDataset;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JvmFineTunerTest extends GradientContract {
  @Override
  protected FineTuner fineTuner() {
    return new JvmFineTuner();
  }

  @Override
  protected Map<String, ?> given() {
    return Map.of(
        "epochs", 3, "batchSize", 24, "learningRate", 0.01, "validationSplit", 0, "threads", 2);
  }

  private static Parameters parameters(Map<String, ?> given) {
    return Parameters.of(new JvmFineTuner().description(), given);
  }

  @Test
  void countsTheLastBatchOfAnEpochToo() {
    Horizon horizon =
        new JvmFineTuner()
            .horizon(
                SyntheticDataset.small(1),
                parameters(Map.of("epochs", 4, "batchSize", 100, "validationSplit", 0.5)));
    assertThat(horizon).isEqualTo(new Horizon(8, 2));
  }

  @Test
  void hasDefaultsForAllOfItsParameters() {
    assertThat(parameters(Map.of()).values())
        .containsEntry("epochs", 2)
        .containsEntry("batchSize", 128)
        .containsEntry("optimizer", "adam")
        .containsEntry("learningRate", 0.001)
        .containsEntry("learningRateSchedule", "constant")
        .containsEntry("validationSplit", 0.1)
        .containsEntry("threads", 0);
  }

  @Test
  void namesAParameterThatIsOutOfItsRange() {
    assertThatThrownBy(() -> parameters(Map.of("validationSplit", 1)))
        .isInstanceOf(ParameterException.class)
        .hasMessageContainingAll("validationSplit", "0 to below 1");
  }

  private static void assertRefused(String parameter, Map<String, ?> given, String... parts) {
    assertThatThrownBy(
            () -> new JvmFineTuner().horizon(SyntheticDataset.small(1), parameters(given)))
        .isInstanceOfSatisfying(
            ParameterException.class, e -> assertThat(e.parameter()).isEqualTo(parameter))
        .hasMessageContainingAll(parts);
  }

  @Test
  void refusesNesterovWhereThereIsNoMomentum() {
    assertRefused("nesterov", Map.of("nesterov", true), "adam", "sgd");
    assertRefused(
        "nesterov", Map.of("nesterov", true, "optimizer", "sgd", "momentum", 0), "momentum 0.0");
  }

  @Test
  void refusesToReduceOnAPlateauWithoutValidation() {
    assertRefused(
        "learningRateSchedule",
        Map.of("learningRateSchedule", "reduce-on-plateau", "validationSplit", 0),
        "reduce-on-plateau",
        "validationSplit 0.0");
  }

  @Test
  void refusesLabelSmoothingWithoutCrossEntropy() {
    assertRefused(
        "labelSmoothing",
        Map.of("labelSmoothing", 0.1, "loss", "mean-squared-error"),
        "mean-squared-error",
        "cross-entropy");
  }

  @Test
  void refusesToStopEarlyOrKeepTheBestWithoutValidation() {
    assertRefused(
        "earlyStoppingPatience",
        Map.of("earlyStoppingPatience", 2, "validationSplit", 0),
        "validationSplit 0.0");
    assertRefused(
        "keepBest", Map.of("keepBest", true, "validationSplit", 0), "validationSplit 0.0");
  }
}
