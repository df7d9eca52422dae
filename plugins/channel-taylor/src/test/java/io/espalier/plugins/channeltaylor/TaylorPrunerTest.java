package io.espalier.plugins.channeltaylor;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.ChannelPruner;
import io.espalier.api.Shape;
import io.espalier.api.Statistic;
import io.espalier.api.Statistics;
import io.espalier.api.Tensor;
import io.espalier.testkit.ChannelPrunerContract;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TaylorPrunerTest extends ChannelPrunerContract {
  @Override
  protected ChannelPruner pruner() {
    return new TaylorPruner();
  }

  @Test
  void sumsOverTheWeightsOfAChannel() {
    float[] values = new float[54];
    Arrays.fill(values, 0, 27, 2);
    Arrays.fill(values, 27, 54, 1);
    Tensor tensor = Tensor.ofFloats("s", Shape.of(6, 1, 3, 3), values);
    Statistics statistics =
        new Statistics(Map.of(Statistic.SQUARED_PRODUCT, Map.of("conv.weight", tensor)));

    assertThat(scores(model(), statistics)).containsExactly(18, 18, 18, 9, 9, 9);
  }
}
