package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.Codebook;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WeightUpdateTest {
  private static final double RATE = 0.5;

  private static float[][] gradients(TrainingState state) {
    Random random = new Random(2);
    float[][] groups = new float[5][state.weights().length];
    for (float[] group : groups) {
      for (int i = 0; i < group.length; i++) {
        group[i] = (float) random.nextGaussian();
      }
    }
    return groups;
  }

  private static TrainingState state(Model model) {
    return new TrainingState(
        model, ExecutionPlan.compile(model).layout(), new OptimizerChoice.Sgd(0));
  }

  private static Model step(Model model, double clipNorm, int threads) {
    TrainingState state = state(model);
    try (WorkerPool pool = new WorkerPool(threads)) {
      new WeightUpdate(state, pool, 0, clipNorm).step(gradients(state), RATE, 1);
    }
    return state.model();
  }

  /** How far all weights moved together, over the rate: the norm of the gradient. */
  private static double moved(Model before, Model after) {
    double sum = 0;
    for (String name : before.tensors().keySet()) {
      float[] from = before.tensor(name).toFloatArray();
      float[] to = after.tensor(name).toFloatArray();
      for (int i = 0; i < from.length; i++) {
        double step = ((double) to[i] - from[i]) / RATE;
        sum += step * step;
      }
    }
    return Math.sqrt(sum);
  }

  private static Model model() {
    return Trainings.net(1).classifier(4);
  }

  @Test
  void scalesALongGradientDownToTheBound() {
    Model model = model();
    double norm = moved(model, step(model, 0, 1));
    Model clipped = step(model, norm / 8, 1);
    assertThat(moved(model, clipped)).isCloseTo(norm / 8, within(1e-4 * norm));
    Model free = step(model, 0, 1);
    float[] start = model.tensor("w2").toFloatArray();
    for (int i = 0; i < start.length; i++) {
      double whole = free.tensor("w2").floats().get(i) - start[i];
      double part = clipped.tensor("w2").floats().get(i) - start[i];
      assertThat(part).isCloseTo(whole / 8, within(1e-6));
    }
  }

  @Test
  void leavesAShortGradientAsItIs() {
    Model constrained = Trainings.constrained(model());
    assertThat(step(constrained, 1e6, 1)).isEqualTo(step(constrained, 0, 1));
  }

  @Test
  void countsOnlyWhatMayMove() {
    Model constrained = Trainings.constrained(model());
    double norm = moved(constrained, step(constrained, 0, 1));
    assertThat(norm).isLessThan(0.9 * moved(model(), step(model(), 0, 1)));
    assertThat(moved(constrained, step(constrained, norm / 3, 1)))
        .isCloseTo(norm / 3, within(1e-4 * norm));
  }

  @Test
  void keepsMasksAndCodebooks() {
    Model constrained = Trainings.constrained(model());
    Model clipped = step(constrained, 0.01, 1);
    Codebook codebook = Objects.requireNonNull(clipped.codebooks().get("w2"));
    assertThat(codebook.decode()).isEqualTo(clipped.tensor("w2"));
    assertThat(clipped.masks()).isEqualTo(constrained.masks());
  }

  @Test
  void givesTheSameBytesOnAnyNumberOfThreads() {
    Model constrained = Trainings.constrained(model());
    Model one = step(constrained, 0.7, 1);
    assertThat(step(constrained, 0.7, 3)).isEqualTo(one);
    assertThat(step(constrained, 0.7, 8)).isEqualTo(one);
  }

  @Test
  void refusesANormThatIsNotFinite() {
    TrainingState state = state(model());
    float[][] gradients = gradients(state);
    gradients[3][0] = Float.POSITIVE_INFINITY;
    try (WorkerPool pool = new WorkerPool(1)) {
      WeightUpdate update = new WeightUpdate(state, pool, 0, 1);
      assertThatThrownBy(() -> update.step(gradients, RATE, 12))
          .isInstanceOfSatisfying(
              EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.NUMERIC))
          .hasMessageContainingAll("norm", "step 12", "Infinity");
    }
  }
}
