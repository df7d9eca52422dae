package io.espalier.plugins.channelnorms;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.ChannelPruner;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.Statistics;
import io.espalier.testkit.ChannelPrunerContract;
import io.espalier.testkit.SmallModels;
import org.junit.jupiter.api.Test;

class GeometricMedianPrunerTest extends ChannelPrunerContract {
  @Override
  protected ChannelPruner pruner() {
    return new GeometricMedianPruner();
  }

  @Test
  void isTheSumOfDistancesToTheOthers() {
    Model model = SmallModels.dense(Shape.of(2, 3), 0, 3, 6, 0, 4, 8);

    assertThat(scores(model, Statistics.NONE)).containsExactly(15, 10, 15);
  }
}
