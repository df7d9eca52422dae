package io.espalier.cli;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;

/** Options that count something there has to be. */
final class AtLeastOne {
  private AtLeastOne() {}

  /**
   * The number that an option has.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) for none or less
   */
  static int of(String option, int number) {
    if (number < 1) {
      throw new EspalierException(
          FailureCode.USAGE,
          "%s: %d is not allowed (allowed: at least 1)".formatted(option, number));
    }
    return number;
  }
}
