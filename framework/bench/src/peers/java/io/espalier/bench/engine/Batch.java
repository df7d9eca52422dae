package io.espalier.bench.engine;

import io.espalier.api.Dataset;
import io.espalier.api.Shape;
import io.espalier.core.Seeds;
import java.util.random.RandomGenerator;

/**
 * A data set in memory that is one batch, so that every step of a training sees the same samples
 * whatever the order. Training and test split are the same.
 *
 * @param sample shape of one, channels first
 * @param classes labels run from 0 to one less
 * @param samples one after another, row-major
 * @param labels one per sample
 */
record Batch(Shape sample, int classes, float[] samples, int[] labels)
    implements Dataset, Dataset.Split {
  /** Noise in 0 to 1, with the labels in turn. */
  static Batch of(Shape sample, int classes, int size) {
    RandomGenerator random = Seeds.random(1, "bench/batch");
    float[] samples = new float[Math.toIntExact(sample.size() * size)];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) random.nextDouble();
    }
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      labels[i] = i % classes;
    }
    return new Batch(sample, classes, samples, labels);
  }

  /** Of all samples together. */
  long[] shape() {
    long[] one = sample.toArray();
    long[] all = new long[one.length + 1];
    all[0] = labels.length;
    System.arraycopy(one, 0, all, 1, one.length);
    return all;
  }

  @Override
  public String name() {
    return "batch";
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
    return "noise";
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
