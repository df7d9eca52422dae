package io.espalier.bench.compression;

import io.espalier.api.Model;
import io.espalier.bench.Comparison;
import io.espalier.core.Encoding;
import io.espalier.core.EntropyBound;
import java.util.ArrayList;
import java.util.List;

/**
 * The compact container's bytes, graph and all, against the entropy bound of the weights: a round
 * for each kind of weights, a million of them; the ratio is the worst round's and cannot pass 1.
 */
final class ContainerSize {
  private static final int EXTENT = 1000;

  private record Kind(double sparsity, int values) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind(0.8, 31),
          new Kind(0.5, 15),
          new Kind(0, 60),
          new Kind(0.9, 255),
          new Kind(0.97, 31),
          new Kind(0.8, 0),
          new Kind(0, 0));

  private ContainerSize() {}

  static Comparison compare() {
    double[] ours = new double[KINDS.size()];
    double[] bounds = new double[KINDS.size()];
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < KINDS.size(); i++) {
      Kind kind = KINDS.get(i);
      Model model = Weights.model(1, EXTENT, Weights.drawn(kind.sparsity, kind.values, i));
      ours[i] = Encoding.CONTAINER.size(model);
      bounds[i] = EntropyBound.bytes(model);
      ratios.add(bounds[i] / ours[i]);
    }
    double worst = ratios.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    return new Comparison(
        "container-vs-entropy",
        Comparison.median(ours),
        Comparison.median(bounds),
        "bytes",
        worst,
        ratios);
  }
}
