package io.espalier.plugins.channelactivations;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.ChannelPruner;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.Statistic;
import io.espalier.api.Statistics;
import io.espalier.api.Tensor;
import io.espalier.testkit.ChannelPrunerContract;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MeanRankPrunerTest extends ChannelPrunerContract {
  @Override
  protected ChannelPruner pruner() {
    return new MeanRankPruner();
  }

  @Test
  void isTheMean() {
    Model model = model();
    Tensor values = Tensor.ofFloats("s", Shape.of(6), 0.25f, 0.5f, 0, 1, 0.75f, 0.125f);
    Statistics statistics =
        new Statistics(Map.of(Statistic.OUTPUT_MEAN, Map.of("conv.weight", values)));

    assertThat(scores(model, statistics)).containsExactly(0.25f, 0.5f, 0, 1, 0.75f, 0.125f);
  }
}
