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
  private static final int FRACTION_BITS = 53;

  private final Dataset.Split split;
  private final Augmentation augmentation;
  private final long seed;
  private final int planes;
  private final int height;
  private final int width;
  private final ThreadLocal<float[]> uncut;
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
      uncut = ThreadLocal.withInitial(() -> new float[0]);
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
    uncut = ThreadLocal.withInitial(() -> new float[height * width]);
    int most = Math.min(height, width) - 1;
    if (augmentation.shiftPixels() > most) {
      throw refuse(
          "%d moves images of %s out of view (allowed: 0 to %d)"
              .formatted(augmentation.shiftPixels(), sample, most));
    }
  }

  private ParameterException refuse(String problem) {
    String other = augmentation.flip() ? "horizontalFlip" : "cropScale";
    return new ParameterException(augmentation.shiftPixels() > 0 ? "shiftPixels" : other, problem);
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
    if (augmentation.cropScale() < 1) {
      crop(into, offset, key);
    }
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

  /** A number from 0 to below 1. */
  private static double unit(long hash) {
    return (hash >>> (Long.SIZE - FRACTION_BITS)) * 0x1p-53;
  }

  private void crop(float[] image, int offset, long key) {
    double least = augmentation.cropScale();
    double share = least + (1 - least) * unit(mix(key + 2));
    double top = (1 - share) * height * unit(mix(key + 3));
    double left = (1 - share) * width * unit(mix(key + 4));
    float[] plane = uncut.get();
    for (int p = 0; p < planes; p++) {
      int begin = offset + p * height * width;
      System.arraycopy(image, begin, plane, 0, plane.length);
      for (int i = 0; i < height; i++) {
        double y = clamp(top + (i + 0.5) * share - 0.5, height);
        for (int j = 0; j < width; j++) {
          double x = clamp(left + (j + 0.5) * share - 0.5, width);
          image[begin + i * width + j] = between(plane, y, x);
        }
      }
    }
  }

  private static double clamp(double position, int size) {
    return Math.max(0, Math.min(size - 1, position));
  }

  /** The plane's value between its four nearest pixels. */
  private float between(float[] plane, double y, double x) {
    int row = (int) y;
    int column = (int) x;
    int below = Math.min(row + 1, height - 1) * width;
    int right = Math.min(column + 1, width - 1);
    double down = y - row;
    double across = x - column;
    double upper = plane[row * width + column] * (1 - across) + plane[row * width + right] * across;
    double lower = plane[below + column] * (1 - across) + plane[below + right] * across;
    return (float) (upper * (1 - down) + lower * down);
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
