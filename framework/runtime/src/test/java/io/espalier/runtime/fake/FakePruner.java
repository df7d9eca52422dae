package io.espalier.runtime.fake;

import io.espalier.api.Description;
import io.espalier.api.Edit;
import io.espalier.api.Layer;
import io.espalier.api.Plan;
import io.espalier.api.PruneRequest;
import io.espalier.api.Pruner;
import java.util.ArrayList;
import java.util.List;

/** Drops the weights of least magnitude. */
public final class FakePruner implements Pruner {
  public static final String ID = "fake-magnitude";

  @Override
  public Description description() {
    return Description.of(ID, "Drops the smallest.");
  }

  @Override
  public Plan plan(PruneRequest request) {
    List<Edit> edits = new ArrayList<>();
    request
        .selector()
        .select(request.targets(), layer -> magnitudes(request, layer))
        .forEach(mask -> edits.add(new Edit.MaskWeights(mask)));
    return new Plan(ID, edits);
  }

  private static float[] magnitudes(PruneRequest request, Layer layer) {
    float[] scores = request.model().tensor(layer.weight()).toFloatArray();
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Math.abs(scores[i]);
    }
    return scores;
  }
}
