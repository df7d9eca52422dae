package io.espalier.runtime.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.Dataset;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Statistic;
import io.espalier.api.Statistics;
import io.espalier.core.Layers;
import io.espalier.core.OnnxFormat;
import io.espalier.runtime.fake.FakeModels;
import io.espalier.runtime.measure.ActivationStatistics.Activation;
import java.lang.management.ManagementFactory;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ActivationStatisticsTest {
  private static final int SAMPLES = 70;

  /** Outputs of the first layer. */
  private static final int HIDDEN = 10;

  /** Sample {@code i} has {@code i + f} as its feature {@code f}, with signs that alternate. */
  private static final Dataset.Split SPLIT =
      new Dataset.Split() {
        @Override
        public int size() {
          return 100;
        }

        @Override
        public void read(int index, float[] into, int offset) {
          for (int f = 0; f < FakeModels.FEATURES; f++) {
            into[offset + f] = value(index, f);
          }
        }

        @Override
        public int label(int index) {
          return 0;
        }
      };

  private static float value(int sample, int feature) {
    return ((sample + feature) % 5 - 2) * 0.5f;
  }

  private final Model model = FakeModels.twoLayers();
  private final Layer first = Layers.prunable(model).get(0);
  private final Layer second = Layers.prunable(model).get(1);

  private Statistics collect(EnumSet<Statistic> kinds, Optional<Activation> activation) {
    return ActivationStatistics.collect(
        model, SPLIT, SAMPLES, List.of(first, second), kinds, activation);
  }

  /** What the first layer gives, before its ReLU, computed by hand. */
  private float hidden(int sample, int output) {
    float[] weights = model.tensor("first.weight").toFloatArray();
    float sum = model.tensor("first.bias").toFloatArray()[output];
    for (int f = 0; f < FakeModels.FEATURES; f++) {
      sum += value(sample, f) * weights[f * 10 + output];
    }
    return sum;
  }

  @Test
  void measuresTheNormOfEachInput() {
    Statistics statistics = collect(EnumSet.of(Statistic.INPUT_NORM), Optional.empty());

    double squares = 0;
    double hidden = 0;
    for (int i = 0; i < SAMPLES; i++) {
      squares += Math.pow(value(i, 3), 2);
      hidden += Math.pow(Math.max(0, hidden(i, 4)), 2);
    }
    assertThat(statistics.of(Statistic.INPUT_NORM, first).floats().get(3))
        .isCloseTo((float) Math.sqrt(squares), within(1e-4f));
    assertThat(statistics.of(Statistic.INPUT_NORM, second).floats().get(4))
        .isCloseTo((float) Math.sqrt(hidden), within(1e-3f));
  }

  @Test
  void measuresOutputsAfterTheActivationInTheGraph() {
    Statistics statistics =
        collect(EnumSet.of(Statistic.OUTPUT_ZERO_SHARE, Statistic.OUTPUT_MEAN), Optional.empty());

    int zeros = 0;
    double sum = 0;
    for (int i = 0; i < SAMPLES; i++) {
      zeros += hidden(i, 2) <= 0 ? 1 : 0;
      sum += Math.max(0, hidden(i, 2));
    }
    assertThat(statistics.of(Statistic.OUTPUT_ZERO_SHARE, first).floats().get(2))
        .isCloseTo((float) zeros / SAMPLES, within(1e-6f));
    assertThat(statistics.of(Statistic.OUTPUT_MEAN, first).floats().get(2))
        .isCloseTo((float) (sum / SAMPLES), within(1e-4f));
    assertThat(statistics.of(Statistic.OUTPUT_ZERO_SHARE, second).toFloatArray()).containsOnly(0);
  }

  @Test
  void anotherActivationCanCountInItsPlace() {
    Statistics statistics =
        collect(EnumSet.of(Statistic.OUTPUT_ZERO_SHARE), Optional.of(Activation.RELU));

    assertThat(statistics.of(Statistic.OUTPUT_ZERO_SHARE, second).toFloatArray())
        .isNotEqualTo(new float[3]);
  }

  @Test
  void measuresSecondMomentsOfInputs() {
    float[] gram =
        collect(EnumSet.of(Statistic.INPUT_GRAM), Optional.empty())
            .of(Statistic.INPUT_GRAM, first)
            .toFloatArray();

    double sum = 0;
    for (int i = 0; i < SAMPLES; i++) {
      sum += value(i, 1) * value(i, 6);
    }
    assertThat(gram[FakeModels.FEATURES + 6]).isCloseTo((float) sum, within(1e-3f));
    assertThat(gram[6 * FakeModels.FEATURES + 1]).isCloseTo((float) sum, within(1e-3f));
  }

  /**
   * Bytes alive on the heap when the last of some samples is read. Without second moments, whose
   * products ND4J lets go when it likes.
   */
  private long aliveAfter(int samples) {
    AtomicLong alive = new AtomicLong();
    Dataset.Split split =
        new Dataset.Split() {
          @Override
          public int size() {
            return samples;
          }

          @Override
          public void read(int index, float[] into, int offset) {
            SPLIT.read(index, into, offset);
            if (index == samples - 1) {
              alive.set(alive());
            }
          }

          @Override
          public int label(int index) {
            return 0;
          }
        };
    ActivationStatistics.collect(
        model,
        split,
        samples,
        List.of(first, second),
        EnumSet.complementOf(EnumSet.of(Statistic.INPUT_GRAM)),
        Optional.empty());
    assertThat(alive).doesNotHaveValue(0);
    return alive.get();
  }

  private static long alive() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Test
  void eightTimesTheDataKeepNoMore() {
    int samples = 6400;
    long activations = (long) samples * HIDDEN * Float.BYTES;
    aliveAfter(samples);
    long few = aliveAfter(samples);
    long many = aliveAfter(8 * samples);

    assertThat(many - few).isLessThan(2 * activations);
  }

  @Test
  void leavesEveryWeightBitIdentical() {
    byte[] before = new OnnxFormat().bytes(model);

    collect(EnumSet.allOf(Statistic.class), Optional.empty());

    assertThat(new OnnxFormat().bytes(model)).isEqualTo(before);
  }
}
