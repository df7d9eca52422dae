package io.espalier.plugins.idxdata;

import io.espalier.api.Dataset;
import io.espalier.api.Shape;
import java.util.Objects;

/** The shipped digits, scaled when a sample is read. */
final class DigitsDataset implements Dataset {
  private static final int CLASSES = 10;
  private static final int TRAIN = 1437;

  /** Full ink counts 16 and becomes 1. */
  private static final float[] SCALE = scale();

  private final String name;
  private final IdxArray images;
  private final IdxArray labels;
  private final int size;
  private final Bilinear scaling;
  private final String fingerprint;

  DigitsDataset(String name, IdxArray images, IdxArray labels, int size) {
    this.name = name;
    this.images = images.labelledBy(labels);
    this.labels = labels.labelsBelow(CLASSES);
    this.size = size;
    this.scaling = new Bilinear(images.dim(1), size);
    this.fingerprint = Sha256.of(size, images, labels);
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
    return CLASSES;
  }

  @Override
  public Shape sample() {
    return Shape.of(1, size, size);
  }

  @Override
  public Split train() {
    return new Range(0, TRAIN);
  }

  @Override
  public Split test() {
    return new Range(TRAIN, images.count() - TRAIN);
  }

  /** Hash of the 8x8 originals and of the size that they are scaled to. */
  @Override
  public String fingerprint() {
    return fingerprint;
  }

  private final class Range implements Split {
    private final int first;
    private final int count;

    Range(int first, int count) {
      this.first = first;
      this.count = count;
    }

    @Override
    public int size() {
      return count;
    }

    @Override
    public void read(int index, float[] into, int offset) {
      float[] original = new float[images.stride()];
      images.read(first + Objects.checkIndex(index, count), SCALE, original, 0);
      scaling.scale(original, into, offset);
    }

    @Override
    public int label(int index) {
      return labels.value(first + Objects.checkIndex(index, count), 0);
    }
  }
}
