package io.espalier.plugins.channelscales;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.ChannelPruner;
import io.espalier.api.EspalierException;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.Statistics;
import io.espalier.api.Tensor;
import io.espalier.core.ModelBuilders;
import io.espalier.testkit.ChannelPrunerContract;
import io.espalier.testkit.SmallModels;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScalePrunerTest extends ChannelPrunerContract {
  @Override
  protected ChannelPruner pruner() {
    return new ScalePruner();
  }

  @Override
  protected Model model() {
    return ModelBuilders.build("resnet-20", 1);
  }

  @Test
  void isTheMagnitudeOfTheScale() {
    float[] scales = new float[16];
    scales[3] = -2;
    scales[5] = 1;
    Model model =
        model().withTensors(List.of(Tensor.ofFloats("stem.norm.scale", Shape.of(16), scales)));

    float[] scores = scores(model, Statistics.NONE);

    assertThat(scores[3]).isEqualTo(2);
    assertThat(scores[5]).isEqualTo(1);
    assertThat(scores[0]).isZero();
  }

  @Test
  void needsANormalisationBehindTheLayer() {
    assertThatThrownBy(() -> scores(SmallModels.cnn(1), Statistics.NONE))
        .isInstanceOf(EspalierException.class)
        .hasMessageContainingAll("'conv'", "no batch normalisation");
  }
}
