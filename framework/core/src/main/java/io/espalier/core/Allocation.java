package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;

/**
 * How a share of zeros is allotted over layers.
 *
 * @param method the rule
 * @param least share of every layer that goes at least, 0 to below 1
 * @param most share of a layer that goes at most, above {@code least} to 1
 */
public record Allocation(Method method, double least, double most) {
  /** The same share of every layer. */
  public static final Allocation UNIFORM = new Allocation(Method.UNIFORM, 0, 1);

  /** The rules. */
  public enum Method {
    /** The same share of every layer. */
    UNIFORM,
    /** The units of lowest score of all layers together. */
    GLOBAL,
    /**
     * Density in proportion to the sum of a weight's extents over their product, so that small
     * layers stay dense: Erdős-Rényi-Kernel, U. Evci et al.: Rigging the Lottery, ICML 2020.
     */
    ERK,
    /**
     * As many of each layer as a ranking of all layers by {@code w^2} over the sum of the squares
     * that are not smaller cuts: LAMP, J. Lee et al.: Layer-adaptive sparsity for the
     * Magnitude-based Pruning, ICLR 2021.
     */
    LAMP
  }

  /**
   * @throws EspalierException ({@link FailureCode#USAGE}) if the bounds contradict each other
   */
  public Allocation {
    if (!(least >= 0 && least < 1 && most > least && most <= 1)) {
      throw new EspalierException(
          FailureCode.USAGE,
          "minSparsityPerLayer: %s is not below maxSparsityPerLayer %s, both of 0 to 1"
              .formatted(least, most));
    }
  }
}
