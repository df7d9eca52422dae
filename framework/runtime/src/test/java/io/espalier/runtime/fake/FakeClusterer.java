package io.espalier.runtime.fake;

import io.espalier.api.Clusterer;
import io.espalier.api.Codebook;
import io.espalier.api.Description;
import io.espalier.api.NdTensors;
import java.util.OptionalInt;

/** Gives each weight one of -1, 0 and 1; a masked one 0. */
public final class FakeClusterer implements Clusterer {
  public static final String ID = "fake-signs";

  @Override
  public Description description() {
    return Description.of(ID, "Keeps the signs.");
  }

  @Override
  public Codebook cluster(Request request) {
    float[] weights = NdTensors.values(request.weights());
    char[] indices = new char[weights.length];
    for (int i = 0; i < weights.length; i++) {
      int element = i;
      boolean kept = request.mask().map(mask -> mask.keeps(element)).orElse(true);
      indices[i] = (char) (kept ? 1 + (int) Math.signum(weights[i]) : 1);
    }
    return new Codebook(
        request.layer().weight(),
        request.layer().shape(),
        new float[] {-1, 0, 1},
        indices,
        OptionalInt.of(1));
  }
}
