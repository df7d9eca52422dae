package io.espalier.engine;

import io.espalier.api.Dataset;
import io.espalier.api.ParameterException;
import io.espalier.api.Shape;
import java.util.Arrays;

/**
 * A split whose images are varied while training, in place and without allocation. Which epoch it
 * is set between batches, by the thread that hands them out.
 */
final class AugmentedSplit implements Dataset.Split {
  private static final int NONE = -1;

  private final Dataset.Split split;
  private final Augmentation augmentation;
  private final long seed;
  private final int planes;
  private final int height;
  private final int width;
  private int epoch = NONE;

  /**
   * @param sample shape of the images, channels first
   * @throws ParameterException for images without three axes, or smaller than the shift
   */
  AugmentedSplit(Dataset.Split split, Shape sample, Augmentation augmentation, long seed) {
    this.split = split;
    this.augmentation = augmentation;
    this.seed = seed;
    if (augmentation.equals(Augmentation.NONE)) {
      planes = 0;
      height = 0;
      width = 0;
      return;
    }
    if (sample.rank() != 3) {
      throw refuse(
          "needs images of channels, height and width, but a sample is %s (allowed: off)"
              .formatted(sample));
    }
    planes = Math.toIntExact(sample.dim(0));
    height = Math.toIntExact(sample.dim(1));
    width = Math.toIntExact(sample.dim(2));
    int most = Math.min(height, width) - 1;
    if (augmentation.shiftPixels() > most) {
      throw refuse(
          "%d moves images of %s out of view (allowed: 0 to %d)"
              .formatted(augmentation.shiftPixels(), sample, most));
    }
  }

  private ParameterException refuse(String problem) {
    return new ParameterException(
        augmentation.shiftPixels() > 0 ? "shiftPixels" : "horizontalFlip", problem);
  }

  /** From now on, samples are read as they are varied in an epoch, from 0. */
  void varyFor(int newEpoch) {
    epoch = augmentation.equals(Augmentation.NONE) ? NONE : newEpoch;
  }

  /** From now on, samples are read as they are. */
  void leaveAsTheyAre() {
    epoch = NONE;
  }

  @Override
  public int size() {
    return split.size();
  }

  @Override
  public int label(int index) {
    return split.label(index);
  }

  @Override
  public void read(int index, float[] into, int offset) {
    split.read(index, into, offset);
    if (epoch == NONE) {
      return;
    }
    long key = mix(mix(seed + epoch) + index);
    if (augmentation.flip() && key < 0) {
      flip(into, offset);
    }
    int range = 2 * augmentation.shiftPixels() + 1;
    int down = draw(mix(key), range) - augmentation.shiftPixels();
    int right = draw(mix(key + 1), range) - augmentation.shiftPixels();
    if (down != 0 || right != 0) {
      shift(into, offset, down, right);
    }
  }

  /** A number from 0 to below {@code range}, all as likely. */
  private static int draw(long hash, int range) {
    return (int) (((hash >>> Integer.SIZE) * range) >>> Integer.SIZE);
  }

  private void flip(float[] image, int offset) {
    for (int row = 0; row < planes * height; row++) {
      int left = offset + row * width;
      int right = left + width - 1;
      for (; left < right; left++, right--) {
        float kept = image[left];
        image[left] = image[right];
        image[right] = kept;
      }
    }
  }

  /** Rows are taken from the side that the image moves to, so that none is read after a write. */
  private void shift(float[] image, int offset, int down, int right) {
    for (int plane = 0; plane < planes; plane++) {
      int begin = offset + plane * height * width;
      for (int i = 0; i < height; i++) {
        int row = down > 0 ? height - 1 - i : i;
        int from = row - down;
        int at = begin + row * width;
        if (from < 0 || from >= height) {
          Arrays.fill(image, at, at + width, 0f);
        } else {
          moveRow(image, begin + from * width, at, right);
        }
      }
    }
  }

  private void moveRow(float[] image, int from, int to, int right) {
    int kept = width - Math.abs(right);
    System.arraycopy(image, from + Math.max(0, -right), image, to + Math.max(0, right), kept);
    int bare = right > 0 ? to : to + kept;
    Arrays.fill(image, bare, bare + Math.abs(right), 0f);
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014) after one step of its counter. */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
