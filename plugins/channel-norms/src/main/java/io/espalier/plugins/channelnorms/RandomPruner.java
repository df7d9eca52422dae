package io.espalier.plugins.channelnorms;

import io.espalier.api.ChannelPruner;
import io.espalier.api.ChannelRequest;
import io.espalier.api.Description;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.pf4j.Extension;

/** Scores channels by chance, which any criterion has to beat. */
@Extension
public final class RandomPruner implements ChannelPruner {
  @Override
  public Description description() {
    return Description.of("random", "Keeps channels drawn at random, as a yardstick.");
  }

  @Override
  public INDArray scores(ChannelRequest request) {
    SplittableRandom random = new SplittableRandom(request.seed());
    float[] scores = new float[request.group().channels()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) random.nextDouble();
    }
    return Nd4j.createFromArray(scores);
  }
}
