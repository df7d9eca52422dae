package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;

/**
 * What may be chosen of a built-in network.
 *
 * @param classes number of logits, 1 to 1,000,000
 * @param height of the image in pixels, 1 to 4096
 * @param width of the image in pixels, 1 to 4096
 */
public record BuildOptions(int classes, int height, int width) {
  private static final int MOST_CLASSES = 1_000_000;
  private static final int MOST_PIXELS = 4096;

  /**
   * @throws EspalierException ({@link FailureCode#USAGE}) that names what is out of range
   */
  public BuildOptions {
    requireWithin("classes", classes, MOST_CLASSES);
    requireWithin("height", height, MOST_PIXELS);
    requireWithin("width", width, MOST_PIXELS);
  }

  /** The same image size, another number of classes. */
  public BuildOptions withClasses(int other) {
    return new BuildOptions(other, height, width);
  }

  /** The same classes, another image size. */
  public BuildOptions withSize(int otherHeight, int otherWidth) {
    return new BuildOptions(classes, otherHeight, otherWidth);
  }

  private static void requireWithin(String what, int value, int most) {
    if (value < 1 || value > most) {
      throw new EspalierException(
          FailureCode.USAGE, "%s must be 1 to %,d, not %,d".formatted(what, most, value));
    }
  }
}
