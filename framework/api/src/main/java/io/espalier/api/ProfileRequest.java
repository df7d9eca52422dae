package io.espalier.api;

/**
 * Training steps that are to be timed layer by layer.
 *
 * @param model whose layers are timed; stays as it is
 * @param batchSize samples of a step, of noise
 * @param steps that are timed, after a few that are not
 * @param threads that compute; 0 for one per core
 */
public record ProfileRequest(Model model, int batchSize, int steps, int threads) {
  /**
   * @throws EspalierException ({@link FailureCode#USAGE}) that names what is out of range
   */
  public ProfileRequest {
    require("batch", batchSize, 1);
    require("steps", steps, 1);
    require("threads", threads, 0);
  }

  private static void require(String what, int value, int least) {
    if (value < least) {
      throw new EspalierException(
          FailureCode.USAGE,
          "%s of a profile is %d (allowed: at least %d)".formatted(what, value, least));
    }
  }
}
