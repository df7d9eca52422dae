package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/** Finds the share of channels that brings another figure, such as parameters, to its target. */
public final class ShareSearch {
  /** Shares are tried in these steps. */
  private static final int STEPS = 128;

  private ShareSearch() {}

  /**
   * The smallest share of channels that is enough, by bisection: the figure has to fall with it.
   *
   * @param figure what is reduced, for the message
   * @param reduction how much of the figure is to go, 0 to below 1
   * @param left what a share of channels leaves of the figure, 0 to 1
   * @throws EspalierException ({@link FailureCode#USAGE}) if not even the greatest share is enough;
   *     it says how much can go
   */
  public static double find(String figure, double reduction, DoubleUnaryOperator left) {
    double wanted = 1 - reduction;
    double least = left.applyAsDouble((STEPS - 1.0) / STEPS);
    if (least > wanted) {
      throw new EspalierException(
          FailureCode.USAGE,
          String.format(
              Locale.ROOT,
              "%.1f %% of the %s are to go, but at most %.1f %% can: the rest belongs to channels that stay",
              100 * reduction,
              figure,
              100 * Math.max(0, 1 - least)));
    }
    int low = 0;
    int high = STEPS - 1;
    while (low < high) {
      int middle = (low + high) / 2;
      if (left.applyAsDouble((double) middle / STEPS) <= wanted) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return (double) high / STEPS;
  }
}
