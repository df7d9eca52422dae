package io.espalier.runtime.measure;

import io.espalier.api.Dataset;
import io.espalier.api.Shape;
import io.espalier.core.ContentHash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A data set of a few samples in memory; both splits hold all of them. */
public record ArrayDataset(String name, int classes, Shape sample, float[][] samples, int... labels)
    implements Dataset {
  @Override
  public List<String> classNames() {
    return IntStream.range(0, classes).mapToObj(label -> "class " + (char) ('a' + label)).toList();
  }

  @Override
  public Split train() {
    return split();
  }

  @Override
  public Split test() {
    return split();
  }

  @Override
  public String fingerprint() {
    String all = Arrays.deepToString(samples) + Arrays.toString(labels);
    return ContentHash.sha256(all.getBytes(StandardCharsets.UTF_8));
  }

  private Split split() {
    return new Split() {
      @Override
      public int size() {
        return labels.length;
      }

      @Override
      public void read(int index, float[] into, int offset) {
        System.arraycopy(samples[index], 0, into, offset, samples[index].length);
      }

      @Override
      public int label(int index) {
        return labels[index];
      }
    };
  }
}
