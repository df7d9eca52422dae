package io.espalier.testkit;

import io.espalier.api.Dataset;
import io.espalier.api.Model;

/**
 * What the last layer of {@link SmallModels#cnn} sees of an image: convolved, rectified, pooled.
 */
final class Features {
  private static final int SIDE = 12;
  private static final int CONVOLVED = 10;
  private static final int POOLED = 5;

  private final float[] filters;
  private final float[] biases;

  Features(Model model) {
    filters = model.tensor("conv.weight").toFloatArray();
    biases = model.tensor("conv.bias").toFloatArray();
  }

  float[] of(Dataset.Split data, int index) {
    float[] image = new float[SIDE * SIDE];
    data.read(index, image, 0);
    float[] features = new float[biases.length * POOLED * POOLED];
    for (int f = 0; f < biases.length; f++) {
      for (int y = 0; y < CONVOLVED; y++) {
        for (int x = 0; x < CONVOLVED; x++) {
          int pool = (f * POOLED + y / 2) * POOLED + x / 2;
          features[pool] = Math.max(features[pool], convolved(image, f, y, x));
        }
      }
    }
    return features;
  }

  private float convolved(float[] image, int filter, int y, int x) {
    float sum = biases[filter];
    for (int i = 0; i < 9; i++) {
      sum += filters[filter * 9 + i] * image[(y + i / 3) * SIDE + x + i % 3];
    }
    return sum;
  }
}
