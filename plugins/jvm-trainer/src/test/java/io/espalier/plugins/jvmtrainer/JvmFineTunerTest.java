package io.espalier.plugins.jvmtrainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.FineTuner;
import io.espalier.api.Horizon;
import io.espalier.api.Model;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import io.espalier.core.OnnxFormat;
import io.espalier.testkit.GradientContract;
import io.espalier.testkit.SmallModels;
import io.espalier.testkit.SyntheticDataset;
import io.espalier.testkit.TrainingRecord;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
  void refusesClassWeightsThatAreNoneOrDoNotGoWithTheLoss() {
    assertRefused("classWeights", Map.of("classWeights", "1,two,3"), "two", "balanced");
    assertRefused("classWeights", Map.of("classWeights", "1,0,3"), "\"0\"", "above 0");
    assertRefused(
        "classWeights",
        Map.of("classWeights", "balanced", "loss", "mean-squared-error"),
        "mean-squared-error",
        "cross-entropy-from-probabilities");
    assertRefused(
        "classWeights", Map.of("classWeights", "1,2", "loss", "binary-cross-entropy"), "1,2");
  }

  @Test
  void refusesATeacherWithoutDistillation() {
    assertRefused("teacher", Map.of("teacher", "teacher.onnx"), "cross-entropy", "distillation");
  }

  @Test
  void namesATeacherThatIsNotThere() {
    assertThatThrownBy(
            () ->
                new JvmFineTuner()
                    .horizon(
                        SyntheticDataset.small(1),
                        parameters(Map.of("loss", "distillation", "teacher", "missing.onnx"))))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("missing.onnx");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"cross-entropy", "mean-squared-error", "binary-cross-entropy", "distillation"})
  void trainsWithEveryLossOfLogits(String loss) {
    assertThat(trained(SmallModels.cnn(3), Map.of("loss", loss, "epochs", 1)))
        .isNotEqualTo(SmallModels.cnn(3));
  }

  @Test
  void takesTheNamesThatTutorialsHave() {
    Map<String, ?> theirs =
        Map.of(
            "finetuning_epochs",
            1,
            "finetuning_batch_size",
            16,
            "finetuning_learning_rate",
            1e-4,
            "criterion",
            "torch.nn.CrossEntropyLoss",
            "optimizer",
            "torch.optim.SGD");
    Map<String, ?> ours =
        Map.of("epochs", 1, "batchSize", 16, "learningRate", 1e-4, "optimizer", "sgd");
    assertThat(trained(SmallModels.cnn(3), theirs)).isEqualTo(trained(SmallModels.cnn(3), ours));
  }

  @Test
  void distilsFromTheModelOfAFile(@TempDir Path folder) {
    Path file = folder.resolve("teacher.onnx");
    new OnnxFormat().write(SmallModels.cnn(4), file);
    Map<String, ?> self = Map.of("loss", "distillation", "epochs", 1);
    Map<String, ?> other = Map.of("loss", "distillation", "epochs", 1, "teacher", file.toString());
    assertThat(trained(SmallModels.cnn(3), other)).isNotEqualTo(trained(SmallModels.cnn(3), self));
    assertThat(trained(SmallModels.cnn(4), other)).isEqualTo(trained(SmallModels.cnn(4), self));
  }

  private static Model trained(Model model, Map<String, ?> given) {
    FineTuner.Request request =
        new FineTuner.Request(
            model, SyntheticDataset.small(1), parameters(given), 1, Optional.empty());
    return new JvmFineTuner().fineTune(request, new TrainingRecord());
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
