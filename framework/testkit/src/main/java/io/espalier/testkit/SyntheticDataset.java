package io.espalier.testkit;

import io.espalier.api.Dataset;
import io.espalier.api.Shape;
import io.espalier.core.ContentHash;
import io.espalier.core.Seeds;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * Made-up images that a small model learns in seconds: each class has a bright spot at its own
 * place on a circle, somewhat moved from image to image, under noise. All values lie in 0 to 1.
 */
public final class SyntheticDataset implements Dataset {
  private static final double NOISE = 0.15;

  private final int classes;
  private final Shape sample;
  private final Images train;
  private final Images test;

  /**
   * @param sample channels x height x width
   * @param classes at least 1
   * @param trainSize images to train on
   * @param testSize images to measure on
   * @param seed the same seed gives the same images
   */
  public SyntheticDataset(Shape sample, int classes, int trainSize, int testSize, long seed) {
    this.classes = classes;
    this.sample = sample;
    this.train = draw(trainSize, Seeds.random(seed, "synthetic/train"));
    this.test = draw(testSize, Seeds.random(seed, "synthetic/test"));
  }

  /** 256 images to train {@link SmallModels#cnn} on and 128 to measure it on. */
  public static SyntheticDataset small(long seed) {
    return new SyntheticDataset(SmallModels.IMAGE, SmallModels.CLASSES, 256, 128, seed);
  }

  @Override
  public String name() {
    return "synthetic";
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public Shape sample() {
    return sample;
  }

  @Override
  public Split train() {
    return train;
  }

  @Override
  public Split test() {
    return test;
  }

  @Override
  public String fingerprint() {
    ByteBuffer content = ByteBuffer.allocate(train.byteCount() + test.byteCount());
    train.writeTo(content);
    test.writeTo(content);
    return ContentHash.sha256(content.array());
  }

  private Images draw(int count, RandomGenerator random) {
    int size = (int) sample.size();
    float[] pixels = new float[count * size];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = random.nextInt(classes);
      paint(labels[i], pixels, i * size, random);
    }
    return new Images(size, pixels, labels);
  }

  private void paint(int label, float[] pixels, int offset, RandomGenerator random) {
    int height = (int) sample.dim(1);
    int width = (int) sample.dim(2);
    double angle = 2 * Math.PI * label / classes;
    double centreX = width * (0.5 + 0.28 * Math.cos(angle)) + random.nextDouble() - 0.5;
    double centreY = height * (0.5 + 0.28 * Math.sin(angle)) + random.nextDouble() - 0.5;
    double spread = width * height / 72.0;
    for (int i = 0; i < sample.size(); i++) {
      double dx = i % width + 0.5 - centreX;
      double dy = i / width % height + 0.5 - centreY;
      double spot = Math.exp(-(dx * dx + dy * dy) / (2 * spread));
      double value = spot + NOISE * random.nextGaussian();
      pixels[offset + i] = (float) Math.min(1, Math.max(0, value));
    }
  }

  private record Images(int sampleSize, float[] pixels, int[] labels) implements Split {
    @Override
    public int size() {
      return labels.length;
    }

    @Override
    public void read(int index, float[] into, int offset) {
      System.arraycopy(pixels, index * sampleSize, into, offset, sampleSize);
    }

    @Override
    public int label(int index) {
      return labels[index];
    }

    int byteCount() {
      return Float.BYTES * pixels.length + Integer.BYTES * labels.length;
    }

    void writeTo(ByteBuffer content) {
      for (float pixel : pixels) {
        content.putFloat(pixel);
      }
      for (int label : labels) {
        content.putInt(label);
      }
    }
  }
}
