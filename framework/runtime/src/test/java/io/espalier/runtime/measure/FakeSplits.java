package io.espalier.runtime.measure;

import io.espalier.api.Dataset;
import io.espalier.runtime.fake.FakeModels;

/** Samples that nobody measured. */
final class FakeSplits {
  private FakeSplits() {}

  /** Samples for {@link FakeModels#twoLayers} whose values rise and fall, labelled in turn. */
  static Dataset.Split rising(int size) {
    return new Dataset.Split() {
      @Override
      public int size() {
        return size;
      }

      @Override
      public void read(int index, float[] into, int offset) {
        for (int f = 0; f < FakeModels.FEATURES; f++) {
          into[offset + f] = value(index, f);
        }
      }

      @Override
      public int label(int index) {
        return index % FakeModels.CLASSES;
      }
    };
  }

  static float value(int sample, int feature) {
    return ((sample + feature) % 5 - 2) * 0.5f;
  }
}
