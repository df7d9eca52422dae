package io.espalier.plugins.idxdata;

import io.espalier.api.Dataset;
import io.espalier.api.Shape;
import java.util.List;
import java.util.stream.IntStream;

/** The shipped digits, scaled once. Every fifth is for testing, the others are for training. */
final class DigitsDataset implements Dataset {
  /** One sample of so many is for testing. */
  private static final int FOLD = 5;

  /** Full ink counts 16 and becomes 1. */
  private static final float[] SCALE = scale();

  private final String name;
  private final IdxArray images;
  private final IdxArray labels;
  private final int channels;
  private final int size;
  private final float[][] scaled;
  private final Split train;
  private final Split test;
  private final String fingerprint;

  /**
   * @param channels of a sample, all the same
   * @param size rows and columns of a sample
   */
  DigitsDataset(String name, IdxArray images, IdxArray labels, int channels, int size) {
    this.name = name;
    this.images = images.labelledBy(labels);
    this.labels = labels.labelsBelow(classes());
    this.channels = channels;
    this.size = size;
    this.scaled = scaled(images, size);
    this.train = new Part(false);
    this.test = new Part(true);
    this.fingerprint = Sha256.of(List.of(channels, size), images, labels);
  }

  private static float[][] scaled(IdxArray images, int size) {
    Bilinear scaling = new Bilinear(images.dim(1), size);
    float[] original = new float[images.stride()];
    float[][] all = new float[images.count()][size * size];
    for (int i = 0; i < all.length; i++) {
      images.read(i, SCALE, original, 0);
      scaling.scale(original, all[i], 0);
    }
    return all;
  }

  private static float[] scale() {
    float[] table = new float[256];
    for (int i = 0; i < table.length; i++) {
      table[i] = i / 16f;
    }
    return table;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int classes() {
    return IdxSet.DIGITS.size();
  }

  @Override
  public List<String> classNames() {
    return IdxSet.DIGITS;
  }

  @Override
  public Shape sample() {
    return Shape.of(channels, size, size);
  }

  @Override
  public Split train() {
    return train;
  }

  @Override
  public Split test() {
    return test;
  }

  /** Hash of the 8x8 originals, the channels and the size that they are scaled to. */
  @Override
  public String fingerprint() {
    return fingerprint;
  }

  private final class Part implements Split {
    private final int[] positions;

    Part(boolean test) {
      this.positions =
          IntStream.range(0, images.count()).filter(i -> (i % FOLD == FOLD - 1) == test).toArray();
    }

    @Override
    public int size() {
      return positions.length;
    }

    @Override
    public void read(int index, float[] into, int offset) {
      for (int c = 0; c < channels; c++) {
        System.arraycopy(scaled[positions[index]], 0, into, offset + c * size * size, size * size);
      }
    }

    @Override
    public int label(int index) {
      return labels.value(positions[index], 0);
    }
  }
}
