package io.espalier.engine;

/**
 * How training images are varied. What happens to a sample in an epoch follows from the seed, the
 * epoch and the sample's index alone. What is only measured is never varied.
 *
 * @param shiftPixels most pixels by which an image moves up, down, left or right, each distance as
 *     likely as the others; what comes into view is zero. 0 for none
 * @param flip whether every other image, drawn at random, is mirrored left to right
 * @param cropScale least share of height and width of the window that an image is cut to; share and
 *     place are drawn at random, each as likely as the others, and the window is enlarged to the
 *     whole size with linear interpolation. Above 0; 1 for none
 */
public record Augmentation(int shiftPixels, boolean flip, double cropScale) {
  /** Without crop. */
  public Augmentation(int shiftPixels, boolean flip) {
    this(shiftPixels, flip, 1);
  }

  /** Images as they are. */
  public static final Augmentation NONE = new Augmentation(0, false);
}
