package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.ProfileRequest;
import io.espalier.api.Shape;
import io.espalier.api.TrainingProfile;
import io.espalier.core.BuildOptions;
import io.espalier.core.ModelBuilders;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProfilerTest {
  private static final int BATCH = 6;

  /** A convolution with its normalisation and rectifier, another one, and a dense layer. */
  private static Model model() {
    Net net = new Net(Shape.of(2, 6, 6), 1);
    net.conv(5, 1, 1, false, Net.Window.PLAIN).normalise().relu();
    net.conv(3, 3, 3, true, Net.Window.PLAIN);
    return net.classifier(4);
  }

  @Test
  void timesEveryLayerAndCountsItsWork() {
    TrainingProfile profile = Profiler.profile(new ProfileRequest(model(), BATCH, 2, 2));
    assertThat(profile.threads()).isEqualTo(2);
    assertThat(profile.stepSeconds()).isPositive();
    assertThat(profile.layers()).allSatisfy(layer -> assertThat(layer.seconds()).isPositive());
    List<TrainingProfile.Layer> convolutions =
        profile.layers().stream().filter(layer -> layer.operator().equals("Conv")).toList();
    double first = 2.0 * BATCH * 36 * 2 * 5;
    double second = 2.0 * BATCH * 16 * 5 * 9 * 3;
    assertThat(convolutions.stream().map(TrainingProfile.Layer::forwardFlops))
        .contains(first, second);
    assertThat(convolutions.stream().map(TrainingProfile.Layer::backwardFlops))
        .contains(first, 2 * second);
  }

  @Test
  void timesLayersThatTheWholeBatchRuns() {
    Model model = ModelBuilders.model("mlp").build(1, new BuildOptions(10, 28, 28));
    TrainingProfile profile = Profiler.profile(new ProfileRequest(model, 8, 1, 2));
    assertThat(profile.layers())
        .filteredOn(layer -> layer.operator().equals("Gemm"))
        .isNotEmpty()
        .allSatisfy(layer -> assertThat(layer.forwardSeconds()).isPositive())
        .allSatisfy(layer -> assertThat(layer.backwardSeconds()).isPositive());
  }

  @Test
  void countsWhatHasToBeMovedAtTheLeast() {
    TrainingProfile profile = Profiler.profile(new ProfileRequest(model(), BATCH, 1, 1));
    TrainingProfile.Layer dense = profile.layers().get(profile.layers().size() - 1);
    assertThat(dense.operator()).isEqualTo("Gemm");
    double moved = 4.0 * BATCH * (48 + 4);
    double weights = 4.0 * (48 * 4 + 4);
    assertThat(dense.forwardBytes()).isEqualTo(moved + weights);
    assertThat(dense.backwardBytes()).isEqualTo(2 * moved + 2 * weights);
  }

  @Test
  void refusesStepsOfNothing() {
    assertThatThrownBy(() -> new ProfileRequest(model(), BATCH, 0, 1))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.USAGE))
        .hasMessageContainingAll("steps", "0");
  }
}
