package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.Attribute;
import io.espalier.api.Checkpoint;
import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.api.Shape;
import io.espalier.api.StepReport;
import io.espalier.api.Tensor;
import io.espalier.api.TrainingControl;
import io.espalier.api.TrainingListener;
import io.espalier.core.Plans;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whole trainings of networks with batch normalisation. */
class NormalisedTrainingTest {
  /** 270 are trained on: batches of 16 and a last one of 14. */
  private static final ArrayData DATA = Trainings.data(300);

  private static Model train(Model model, TrainingListener listener) {
    return new Trainer("test", Trainings.ADAM)
        .train(Trainings.request(model, DATA, Optional.empty()), listener);
  }

  @Test
  void learnsAndMeasuresWithRunningStatistics() {
    List<StepReport> reports = new ArrayList<>();
    Map<String, Double> measured = new HashMap<>();
    train(
        Trainings.normalised(1),
        new TrainingListener() {
          @Override
          public void onBegin(int step, TrainingControl control) {}

          @Override
          public void onStep(StepReport report, TrainingControl control) {
            reports.add(report);
          }

          @Override
          public void onMetric(String subject, String metric, double value, int step) {
            measured.put(metric, value);
          }
        });
    StepReport last = reports.get(reports.size() - 1);
    assertThat(last.loss()).isLessThan(reports.get(0).loss() / 4);
    assertThat(last.accuracy()).isGreaterThan(0.9);
    assertThat(measured.get("accuracy")).isGreaterThan(0.9);
  }

  @Test
  void givesTheSameBytesOnAnyNumberOfThreads() {
    Model model = Trainings.normalised(1);
    Model one = Trainings.train(model, DATA, Trainings.threads(1));
    assertThat(Trainings.train(model, DATA, Trainings.threads(3))).isEqualTo(one);
    assertThat(Trainings.train(model, DATA, Trainings.threads(16))).isEqualTo(one);
    assertThat(one.tensor("w3")).isNotEqualTo(model.tensor("w3"));
    assertThat(one.tensor("w4")).isNotEqualTo(model.tensor("w4"));
  }

  @Test
  void resumesToTheSameBytes() {
    Model model = Trainings.normalised(2);
    List<Checkpoint> checkpoints = new ArrayList<>();
    Model whole =
        train(
            model,
            (Trainings.Steps)
                (report, control) -> {
                  if (report.step() == 17 || report.step() == 25) {
                    checkpoints.add(control.checkpoint());
                    assertThat(control.model().tensor("w3")).isNotEqualTo(model.tensor("w3"));
                  }
                });
    assertThat(checkpoints).hasSize(2);
    for (Checkpoint checkpoint : checkpoints) {
      Model resumed =
          new Trainer("test", Trainings.threads(3))
              .train(
                  Trainings.request(model, DATA, Optional.of(checkpoint)),
                  (Trainings.Steps) (report, control) -> {});
      assertThat(resumed).isEqualTo(whole);
    }
  }

  @Test
  void holdsMasks() {
    Model model = Trainings.normalised(3);
    Mask mask = Trainings.mask(model.tensor("w5"));
    Model masked = Plans.apply(model, new Plan("test", List.of(new Edit.MaskWeights(mask))));
    Model trained = train(masked, (Trainings.Steps) (report, control) -> {});
    assertThat(trained.tensor("w5")).isNotEqualTo(masked.tensor("w5"));
    for (int i = 0; i < mask.size(); i++) {
      if (!mask.keeps(i)) {
        assertThat(Float.floatToRawIntBits(trained.tensor("w5").floats().get(i))).isZero();
      }
    }
  }

  /** The samples themselves are normalised, so the statistics can be computed from them. */
  @Test
  void reestimatesStatisticsAsAverageOverBatches() {
    Net net = new Net(Shape.of(1, 9, 9), 1);
    Model model = net.normalise().classifier(4);
    TrainingOptions plain =
        new TrainingOptions(
            1, 50, new OptimizerChoice.Adam(), Trainings.ADAM.learningRate(), 0, 0, 2);
    Model estimated = reestimate(plain, model, 4);
    int[] order = new BatchOrder(7, 300).of(0);
    double mean = 0;
    double variance = 0;
    for (int batch = 0; batch < 4; batch++) {
      int[] samples = IntStream.range(batch * 50, batch * 50 + 50).map(i -> order[i]).toArray();
      double batchMean =
          IntStream.of(samples)
              .flatMap(s -> IntStream.range(s * 81, s * 81 + 81))
              .mapToDouble(i -> DATA.samples()[i])
              .average()
              .orElseThrow();
      mean += batchMean / 4;
      variance +=
          IntStream.of(samples)
                  .flatMap(s -> IntStream.range(s * 81, s * 81 + 81))
                  .mapToDouble(i -> Math.pow(DATA.samples()[i] - batchMean, 2))
                  .average()
                  .orElseThrow()
              / 4;
    }
    assertThat((double) estimated.tensor("w2").floats().get(0)).isCloseTo(mean, within(1e-6));
    assertThat((double) estimated.tensor("w3").floats().get(0)).isCloseTo(variance, within(1e-6));
  }

  @Test
  void reestimatingChangesNothingElse() {
    Model model = Trainings.normalised(2);
    Model estimated = reestimate(Trainings.ADAM, model, 20);
    List<String> changed =
        model.tensors().values().stream()
            .filter(t -> !t.equals(estimated.tensor(t.name())))
            .map(Tensor::name)
            .toList();
    assertThat(changed).containsExactly("w3", "w4", "w8", "w9", "w14", "w15");
    assertThat(reestimate(Trainings.threads(5), model, 20)).isEqualTo(estimated);
  }

  @Test
  void refusesToEstimateFromNothing() {
    assertFails(
        FailureCode.USAGE,
        () -> reestimate(Trainings.ADAM, Trainings.normalised(1), 0),
        "0 batches");
  }

  @Test
  void refusesToEstimateWhereNothingIsNormalised() {
    assertFails(
        FailureCode.MODEL,
        () -> reestimate(Trainings.ADAM, Trainings.net(1).classifier(4), 1),
        "'net'",
        "BatchNormalization");
  }

  @Test
  void anEstimateResumesToTheSameBytes() {
    Model model = Trainings.normalised(2);
    List<Checkpoint> checkpoints = new ArrayList<>();
    Trainer trainer = new Trainer("test", Trainings.ADAM);
    Model whole =
        trainer.reestimate(
            Trainings.request(model, DATA, Optional.empty()),
            20,
            (Trainings.Steps)
                (report, control) -> {
                  if (report.step() == 9) {
                    checkpoints.add(control.checkpoint());
                  }
                });
    List<StepReport> reports = new ArrayList<>();
    Model resumed =
        trainer.reestimate(
            Trainings.request(model, DATA, Optional.of(checkpoints.get(0))),
            20,
            (Trainings.Steps) (report, control) -> reports.add(report));
    assertThat(resumed).isEqualTo(whole);
    assertThat(reports).hasSize(11);
    assertThat(reports)
        .allSatisfy(
            report -> {
              assertThat(report.learningRate()).isZero();
              assertThat(report.loss()).isPositive().isFinite();
            });
  }

  private static Model reestimate(TrainingOptions options, Model model, int batches) {
    return new Trainer("test", options)
        .reestimate(
            Trainings.request(model, DATA, Optional.empty()),
            batches,
            (Trainings.Steps) (report, control) -> {});
  }

  @Test
  void refusesToGiveTheGraphUpdatedStatistics() {
    Net net = new Net(Shape.of(1, 9, 9), 1);
    List<String> statistics =
        List.of(net.weights(1), net.weights(1), net.weights(1), net.weights(1));
    List<String> outputs =
        net.outputs(
            "BatchNormalization", 3, statistics, Map.of("training_mode", new Attribute.Int(1)));
    Model model = net.from(outputs.get(0)).add(outputs.get(1)).classifier(4);
    assertFails(
        FailureCode.MODEL,
        () -> Trainings.train(model, DATA, Trainings.ADAM),
        "'batchnormalization0'",
        "statistics that a step has updated");
  }

  @Test
  void refusesStatisticsThatTwoNodesShare() {
    Net net = new Net(Shape.of(1, 9, 9), 1);
    String mean = net.weights(1);
    String variance = net.weights(1);
    List<String> one = List.of(net.weights(1), net.weights(1), mean, variance);
    List<String> other = List.of(net.weights(1), net.weights(1), mean, variance);
    net.node("BatchNormalization", one, Map.of()).node("BatchNormalization", other, Map.of());
    Model model = net.classifier(4);
    assertFails(
        FailureCode.MODEL,
        () -> Trainings.train(model, DATA, Trainings.ADAM),
        "'batchnormalization0'",
        "running statistics 'w0'");
  }

  @Test
  void namesTheNodeWhereNumbersOverflow() {
    TrainingOptions wild =
        new TrainingOptions(
            3,
            16,
            new OptimizerChoice.Sgd(0.9),
            new LearningRate(1e38, LearningRate.Shape.CONSTANT, 0),
            0,
            0,
            2);
    assertFails(
        FailureCode.NUMERIC,
        () -> Trainings.train(Trainings.normalised(1), DATA, wild),
        "come out of node");
  }

  private static void assertFails(FailureCode code, Runnable call, String... parts) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(EspalierException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContainingAll(parts);
  }
}
