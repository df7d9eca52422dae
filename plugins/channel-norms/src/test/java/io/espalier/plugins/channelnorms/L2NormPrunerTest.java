package io.espalier.plugins.channelnorms;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.ChannelPruner;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.Statistics;
import io.espalier.testkit.ChannelPrunerContract;
import io.espalier.testkit.SmallModels;
import org.junit.jupiter.api.Test;

class L2NormPrunerTest extends ChannelPrunerContract {
  @Override
  protected ChannelPruner pruner() {
    return new L2NormPruner();
  }

  @Test
  void isTheEuclideanNorm() {
    Model model = SmallModels.dense(Shape.of(2, 3), 3, -6, 0, -4, 8, 2);

    assertThat(scores(model, Statistics.NONE)).containsExactly(5, 10, 2);
  }
}
