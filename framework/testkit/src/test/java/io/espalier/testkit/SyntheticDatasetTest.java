package io.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Dataset;
import io.espalier.api.Shape;
import org.junit.jupiter.api.Test;

class SyntheticDatasetTest {
  @Test
  void isTheSameForTheSameSeed() {
    assertThat(SyntheticDataset.small(1).fingerprint())
        .isEqualTo(SyntheticDataset.small(1).fingerprint())
        .isNotEqualTo(SyntheticDataset.small(2).fingerprint());
  }

  @Test
  void hasImagesOfAnyShape() {
    Dataset dataset = new SyntheticDataset(Shape.of(3, 28, 20), 10, 5, 2, 1);
    float[] sample = new float[3 * 28 * 20];
    dataset.train().read(4, sample, 0);

    assertThat(dataset.train().size()).isEqualTo(5);
    assertThat(dataset.test().size()).isEqualTo(2);
    for (float value : sample) {
      assertThat(value).isBetween(0f, 1f);
    }
  }

  @Test
  void canBeToldApartByItsClassMeans() {
    Dataset dataset = SyntheticDataset.small(3);
    double[][] means = classMeans(dataset);
    int right = 0;
    for (int i = 0; i < dataset.test().size(); i++) {
      right +=
          nearest(means, sample(dataset, dataset.test(), i)) == dataset.test().label(i) ? 1 : 0;
    }

    assertThat((double) right / dataset.test().size()).isGreaterThan(0.95);
  }

  private static double[][] classMeans(Dataset dataset) {
    double[][] means = new double[dataset.classes()][(int) dataset.sample().size()];
    int[] counts = new int[dataset.classes()];
    for (int i = 0; i < dataset.train().size(); i++) {
      int label = dataset.train().label(i);
      float[] sample = sample(dataset, dataset.train(), i);
      counts[label]++;
      for (int j = 0; j < sample.length; j++) {
        means[label][j] += (sample[j] - means[label][j]) / counts[label];
      }
    }
    return means;
  }

  private static int nearest(double[][] means, float[] sample) {
    int nearest = 0;
    double least = Double.MAX_VALUE;
    for (int label = 0; label < means.length; label++) {
      double distance = 0;
      for (int j = 0; j < sample.length; j++) {
        distance += (sample[j] - means[label][j]) * (sample[j] - means[label][j]);
      }
      if (distance < least) {
        least = distance;
        nearest = label;
      }
    }
    return nearest;
  }

  private static float[] sample(Dataset dataset, Dataset.Split split, int index) {
    float[] sample = new float[(int) dataset.sample().size()];
    split.read(index, sample, 0);
    return sample;
  }
}
