package io.espalier.api;

import java.util.List;
import java.util.function.Function;

/**
 * Exact selection of weights by score, written once for every pruner.
 *
 * <p>Of {@code n} weights at sparsity {@code s}, {@code k = max(1, rint(n (1 - s)))} are kept,
 * where {@code rint} rounds half to even. Those with the lowest scores go; of equal scores, the one
 * with the lower index goes first. So the number of zeros is exact, ties included.
 */
public interface Selector {
  /**
   * The masks of all targets, as the stage allots sparsity over layers and with the structure that
   * it asks for.
   *
   * @param targets those of the request, or some of them
   * @param scores of a layer: one per weight, row-major, higher is more worth keeping; called once
   *     for each
   * @return in the order of the targets
   * @throws EspalierException ({@link FailureCode#PLUGIN}) for a wrong number of scores or a NaN
   */
  List<Mask> select(List<PruneRequest.Target> targets, Function<Layer, float[]> scores);

  /**
   * The mask that keeps the weights of highest score of one layer, whatever its structure.
   *
   * @param scores one per weight, row-major, higher is more worth keeping
   * @param sparsity 0 to below 1
   * @throws EspalierException ({@link FailureCode#PLUGIN}) for a wrong number of scores or a NaN
   */
  Mask keepHighest(Layer layer, float[] scores, double sparsity);
}
