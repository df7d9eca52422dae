package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Dataset;
import io.espalier.api.GradientQuery;
import io.espalier.api.GradientRequest;
import io.espalier.api.GradientStatistic;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Statistics of gradients take memory for the units that are asked about, not for the data that
 * they are gathered from: what is alive when the last sample is read is the same for eight times
 * the data.
 */
class GradientMemoryTest {
  private static final int BATCH = 16;
  private static final int BATCHES = 4;
  private static final int CHANNELS = 16;
  private static final int SIDE = 20;

  /** Floats of the convolution's output for a batch. */
  private static final long ACTIVATIONS = (long) BATCH * CHANNELS * (SIDE - 2) * (SIDE - 2);

  /** Samples that are computed when they are read. */
  private record Counted(int last, AtomicInteger reads, AtomicLong alive)
      implements Dataset, Dataset.Split {
    @Override
    public String name() {
      return "counted";
    }

    @Override
    public Shape sample() {
      return Shape.of(1, SIDE, SIDE);
    }

    @Override
    public int classes() {
      return 3;
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
      return 2 * 8 * BATCH * BATCHES;
    }

    @Override
    public void read(int index, float[] into, int offset) {
      for (int i = 0; i < SIDE * SIDE; i++) {
        into[offset + i] = (index * 31 + i * 17) % 23 / 23f;
      }
      if (reads.incrementAndGet() == last) {
        alive.set(used());
      }
    }

    @Override
    public int label(int index) {
      return index % 3;
    }

    private static long used() {
      System.gc();
      return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
  }

  private static long aliveAfter(int batches) {
    Net net = new Net(Shape.of(1, SIDE, SIDE), 1);
    net.conv(CHANNELS, 3, 3, true, Net.Window.PLAIN).normalise().relu();
    Model model = net.node("GlobalAveragePool", List.of(), Map.of()).classifier(3);
    AtomicLong alive = new AtomicLong();
    Counted data = new Counted(batches * BATCH, new AtomicInteger(), alive);
    List<GradientQuery> queries =
        List.of(
            GradientQuery.ofChannels("w0", 0, GradientStatistic.ABSOLUTE_SUM),
            GradientQuery.ofWeights("w0", GradientStatistic.SQUARED_GRADIENT));
    new Trainer("test", Trainings.threads(2))
        .gradients(
            new GradientRequest(model, data, Trainings.NONE, 7, batches, BATCH, false, queries));
    assertThat(alive).doesNotHaveValue(0);
    return alive.get();
  }

  @Test
  void eightTimesTheDataKeepNoMore() {
    aliveAfter(BATCHES);
    long few = aliveAfter(BATCHES);
    long many = aliveAfter(8 * BATCHES);

    assertThat(many - few).isLessThan(BATCHES * ACTIVATIONS * Float.BYTES);
  }
}
