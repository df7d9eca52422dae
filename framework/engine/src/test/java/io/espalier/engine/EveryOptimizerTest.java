package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Codebook;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.StepReport;
import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds with every optimizer, with and without clipping. */
class EveryOptimizerTest {
  private static final ArrayData DATA = Trainings.data(200);

  static Stream<TrainingOptions> options() {
    return Stream.of(
        options(new OptimizerChoice.Adam(), 0.005, 0),
        options(new OptimizerChoice.Adam(0.9, 0.999, 1e-8, false), 0.005, 0.5),
        options(new OptimizerChoice.RmsProp(), 0.002, 0),
        options(new OptimizerChoice.RmsProp(0.9, 1e-8, 0.5), 0.001, 1),
        options(new OptimizerChoice.Sgd(0.9, true), 0.02, 0),
        options(new OptimizerChoice.Sgd(0.9, false), 0.02, 2));
  }

  private static TrainingOptions options(OptimizerChoice choice, double rate, double clipNorm) {
    LearningRate learningRate = new LearningRate(rate, LearningRate.Shape.CONSTANT, 0);
    return new TrainingOptions(4, 16, choice, learningRate, 0.01, 0, 2).withClipNorm(clipNorm);
  }

  private static Model model() {
    return Trainings.constrained(Trainings.net(1).classifier(4));
  }

  @ParameterizedTest
  @MethodSource("options")
  void learns(TrainingOptions options) {
    List<StepReport> reports = new ArrayList<>();
    new Trainer("test", options)
        .train(
            Trainings.request(Trainings.net(1).classifier(4), DATA, Optional.empty()),
            (Trainings.Steps) (report, control) -> reports.add(report));
    assertThat(reports.get(reports.size() - 1).loss()).isLessThan(reports.get(0).loss() / 2);
  }

  @ParameterizedTest
  @MethodSource("options")
  void holdsMasksAndCodebooksOnWeightsAndState(TrainingOptions options) {
    new Trainer("test", options)
        .train(
            Trainings.request(model(), DATA, Optional.empty()),
            (Trainings.Steps)
                (report, control) -> {
                  Model now = control.model();
                  Codebook codebook = Objects.requireNonNull(now.codebooks().get("w2"));
                  assertThat(codebook.decode()).isEqualTo(now.tensor("w2"));
                  now.masks()
                      .values()
                      .forEach(mask -> assertMasked(now.tensor(mask.tensor()), mask));
                  for (Tensor state : control.checkpoint().state()) {
                    now.masks().values().stream()
                        .filter(mask -> state.name().endsWith("/" + mask.tensor()))
                        .forEach(mask -> assertMasked(state, mask));
                    if (state.name().endsWith("/w2")) {
                      assertShared(state, codebook);
                    }
                  }
                });
  }

  private static void assertMasked(Tensor tensor, Mask mask) {
    for (int i = 0; i < mask.size(); i++) {
      if (!mask.keeps(i)) {
        assertThat(tensor.floats().get(i)).isZero();
      }
    }
  }

  private static void assertShared(Tensor state, Codebook codebook) {
    Float[] seen = new Float[codebook.count()];
    for (int i = 0; i < state.size(); i++) {
      Float value = state.floats().get(i);
      Float before = seen[codebook.index(i)];
      assertThat(value).isEqualTo(before == null ? value : before);
      seen[codebook.index(i)] = value;
    }
  }

  @ParameterizedTest
  @MethodSource("options")
  void resumesToTheSameBytes(TrainingOptions options) {
    Resuming.assertExact(options, model(), DATA, 13, 20, 26);
  }
}
