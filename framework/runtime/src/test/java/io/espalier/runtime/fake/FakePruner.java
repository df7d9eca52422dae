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
    for (Layer layer : request.layers()) {
      float[] scores = request.model().tensor(layer.weight()).toFloatArray();
      for (int i = 0; i < scores.length; i++) {
        scores[i] = Math.abs(scores[i]);
      }
      edits.add(
          new Edit.MaskWeights(request.selector().keepHighest(layer, scores, request.sparsity())));
    }
    return new Plan(ID, edits);
  }
}
