package io.espalier.runtime.fake;

import io.espalier.api.Clusterer;
import io.espalier.api.Codebook;
import io.espalier.api.Description;
import io.espalier.api.Layer;
import io.espalier.api.NdTensors;
import io.espalier.api.Parameter;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Gives each weight the nearest of evenly spaced values about a zero that masked and zero weights
 * have, and remembers what it was asked.
 */
public final class FakeSteps implements Clusterer {
  public static final String ID = "fake-steps";

  private static final Parameter<Integer> CLUSTERS =
      Parameter.integer("clusters", "values").atLeast(2).or(5);

  private final List<Request> asked = new ArrayList<>();

  /** What it was asked so far. */
  public List<Request> asked() {
    return List.copyOf(asked);
  }

  @Override
  public Description description() {
    return Description.of(ID, "Rounds weights.", CLUSTERS);
  }

  @Override
  public Codebook cluster(Request request) {
    asked.add(request);
    float[] weights = NdTensors.values(request.weights());
    requireFits(request.layer(), request.clusters(), request.parameters());
    int count = request.clusters().orElse(request.parameters().get(CLUSTERS));
    float most = 0;
    for (float weight : weights) {
      most = Math.max(most, Math.abs(weight));
    }
    float[] values = new float[count];
    for (int i = 1; i < count; i++) {
      values[i] = count == 2 ? most : -most + 2 * most * (i - 1) / (count - 2);
    }
    char[] indices = new char[weights.length];
    for (int i = 0; i < weights.length; i++) {
      int element = i;
      boolean kept = request.mask().map(mask -> mask.keeps(element)).orElse(true);
      indices[i] = (char) (kept && weights[i] != 0 ? nearest(weights[i], values) : 0);
    }
    return new Codebook(
        request.layer().weight(), request.layer().shape(), values, indices, OptionalInt.of(0));
  }

  @Override
  public void requireFits(Layer layer, OptionalInt clusters, Parameters parameters) {
    int count = clusters.orElse(parameters.get(CLUSTERS));
    if (count > layer.shape().size()) {
      throw new ParameterException(CLUSTERS.name(), count + " is more than there are weights");
    }
  }

  private static int nearest(float weight, float[] values) {
    int best = 1;
    for (int i = 2; i < values.length; i++) {
      if (Math.abs(weight - values[i]) < Math.abs(weight - values[best])) {
        best = i;
      }
    }
    return best;
  }
}
