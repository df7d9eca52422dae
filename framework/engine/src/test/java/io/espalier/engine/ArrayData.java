package io.espalier.engine;

import io.espalier.api.Dataset;
import io.espalier.api.Shape;

/** Samples in memory, for tests; training and test split are the same. */
record ArrayData(Shape sample, int classes, float[] samples, int[] labels)
    implements Dataset, Dataset.Split {
  @Override
  public String name() {
    return "arrays";
  }

  @Override
  public Split train() {
    return this;
  }

  @Override
  public Split test() {
    return this;
  }

  @Override
  public String fingerprint() {
    return "none";
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public void read(int index, float[] into, int offset) {
    int size = samples.length / labels.length;
    System.arraycopy(samples, index * size, into, offset, size);
  }

  @Override
  public int label(int index) {
    return labels[index];
  }
}
