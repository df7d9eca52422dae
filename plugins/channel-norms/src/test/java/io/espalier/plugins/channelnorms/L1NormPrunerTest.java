package io.espalier.plugins.channelnorms;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.ChannelPruner;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.Statistics;
import io.espalier.testkit.ChannelPrunerContract;
import io.espalier.testkit.SmallModels;
import org.junit.jupiter.api.Test;

class L1NormPrunerTest extends ChannelPrunerContract {
  @Override
  protected ChannelPruner pruner() {
    return new L1NormPruner();
  }

  @Test
  void isTheSumOfMagnitudes() {
    Model model = SmallModels.dense(Shape.of(2, 3), 1, -2, 3, -4, 5, 6);

    assertThat(scores(model, Statistics.NONE)).containsExactly(5, 7, 9);
  }
}
