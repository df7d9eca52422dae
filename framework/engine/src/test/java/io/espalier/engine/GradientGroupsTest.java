package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.Checkpoint;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.core.ModelBuilders;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How many copies of the gradients there are, and what depends on it. */
class GradientGroupsTest {
  private static final int CLASSES = 4;
  private static final Model LARGE = large();
  private static final ArrayData DATA = new Net(Shape.of(3, 8, 8), 1).data(19, CLASSES);

  /** More than a million weights in convolutions of 1x1, whose gradients are summed by group. */
  private static Model large() {
    Net.Window half = new Net.Window(2, 2, 1, 1, List.of(1L, 1L, 1L, 1L), 1);
    Net net = new Net(Shape.of(3, 8, 8), 1).conv(16, 3, 3, false, half).normalise().relu();
    net.conv(1024, 1, 1, false, Net.Window.PLAIN).normalise().relu();
    net.conv(1040, 1, 1, false, Net.Window.PLAIN).normalise().relu();
    return net.node("GlobalAveragePool", List.of(), Map.of()).classifier(CLASSES);
  }

  @Test
  void areAlwaysAsManyInASmallNetwork() {
    ExecutionPlan plan = ExecutionPlan.compile(ModelBuilders.build("tutorial-cnn", 1));
    assertThat(plan.groups(1)).isEqualTo(16);
    assertThat(plan.groups(64)).isEqualTo(16);
  }

  @Test
  void areAsManyAsThreadsInALargeOneWhileMemoryLasts() {
    ExecutionPlan plan = ExecutionPlan.compile(LARGE);
    assertThat(plan.groups(1)).isEqualTo(1);
    assertThat(plan.groups(8)).isEqualTo(8);
    assertThat((long) plan.groups(1024) * plan.grouped()).isLessThanOrEqualTo(1 << 27);
  }

  @Test
  void giveTheSameBytesWithAsManyThreads() {
    Model one = Trainings.train(LARGE, DATA, Trainings.threads(3));
    assertThat(one).isNotEqualTo(LARGE);
    assertThat(Trainings.train(LARGE, DATA, Trainings.threads(3))).isEqualTo(one);
  }

  @Test
  void changeNothingButRoundingWithOtherThreads() {
    Model one = Trainings.train(LARGE, DATA, descent(1));
    Model four = Trainings.train(LARGE, DATA, descent(4));
    for (Tensor tensor : one.tensors().values()) {
      assertThat(apart(tensor, four.tensor(tensor.name()))).as(tensor.name()).isLessThan(1e-5);
    }
  }

  /** Adam divides by what may be rounding only; plain descent keeps that as small as it is. */
  private static TrainingOptions descent(int threads) {
    return new TrainingOptions(
        2,
        16,
        new OptimizerChoice.Sgd(0.9),
        new LearningRate(0.01, LearningRate.Shape.CONSTANT, 0),
        0,
        0,
        threads);
  }

  /** Euclidean norm of the difference over that of the tensor. */
  private static double apart(Tensor one, Tensor other) {
    float[] a = one.toFloatArray();
    float[] b = other.toFloatArray();
    double difference = 0;
    double norm = 1e-12;
    for (int i = 0; i < a.length; i++) {
      difference += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
      norm += (double) a[i] * a[i];
    }
    return Math.sqrt(difference / norm);
  }

  @Test
  void stayAsManyWhenATrainingIsResumedWithOtherThreads() {
    List<Checkpoint> checkpoints = new ArrayList<>();
    Model whole =
        new Trainer("test", Trainings.threads(2))
            .train(
                Trainings.request(LARGE, DATA, Optional.empty()),
                (Trainings.Steps)
                    (report, control) -> {
                      if (report.step() == 3) {
                        checkpoints.add(control.checkpoint());
                      }
                    });
    assertThat(resume(checkpoints.get(0), 5)).isEqualTo(whole);
  }

  private static Model resume(Checkpoint checkpoint, int threads) {
    return new Trainer("test", Trainings.threads(threads))
        .train(
            Trainings.request(LARGE, DATA, Optional.of(checkpoint)),
            (Trainings.Steps) (report, control) -> {});
  }

  @Test
  void ofACheckpointThatAsksForTooManyAreRefused() {
    Map<String, Double> scalars = new HashMap<>();
    scalars.put("samples", 18.0);
    scalars.put("batchSize", 16.0);
    scalars.put("totalSteps", 6.0);
    scalars.put("groups", 1e6);
    Checkpoint checkpoint = new Checkpoint("test", 1, LARGE, List.of(), scalars);
    assertThatThrownBy(() -> resume(checkpoint, 2))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.USAGE))
        .hasMessageContainingAll("groups", "1000000");
  }
}
