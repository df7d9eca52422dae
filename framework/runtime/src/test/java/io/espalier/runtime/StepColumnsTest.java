package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.proto.Curves;
import io.espalier.proto.Step;
import java.util.Random;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StepColumnsTest {
  private static StepColumns walk(int steps, long seed) {
    RandomGenerator random = new Random(seed);
    StepColumns columns = new StepColumns();
    for (int i = 1; i <= steps; i++) {
      columns.add(
          i,
          i,
          Step.newBuilder().setStep(i).setLoss(random.nextGaussian()).setAccuracy(0.5).build());
    }
    return columns;
  }

  @Property(tries = 60)
  void extremesOutliveDownsampling(
      @ForAll @IntRange(min = 1, max = 5000) int steps,
      @ForAll @IntRange(min = 1, max = 40) int buckets,
      @ForAll long seed) {
    Curves all = walk(steps, seed).read(0, steps, Integer.MAX_VALUE / 100);
    Curves some = walk(steps, seed).read(0, steps, buckets);

    assertThat(some.getPoints()).isEqualTo(steps);
    assertThat(some.getLossCount()).isLessThanOrEqualTo(Math.max(steps, 0)).isPositive();
    double most = all.getLossList().stream().mapToDouble(d -> d).max().orElseThrow();
    double least = all.getLossList().stream().mapToDouble(d -> d).min().orElseThrow();
    assertThat(some.getLossList()).contains(most, least);
    assertThat(some.getStep(0)).isEqualTo(1);
    assertThat(some.getStep(some.getStepCount() - 1)).isEqualTo(steps);
    assertThat(some.getStepList()).isSorted();
  }

  @Test
  void aLongRunIsThinned() {
    assertThat(walk(100_000, 1).read(0, 100_000, 100).getStepCount()).isLessThanOrEqualTo(1_802);
  }

  @Test
  void theBoundariesOfStagesAreKept() {
    StepColumns columns = walk(20_000, 1);
    columns.add(30_000, 1, Step.newBuilder().setStageIndex(1).setStep(1).build());
    columns.add(30_001, 1, Step.newBuilder().setStageIndex(1).setStep(2).build());

    assertThat(columns.read(0, columns.size(), 1).getSeqList()).contains(20_000, 30_000, 30_001);
  }

  @Test
  void aValueThatIsNoNumberIsSeen() {
    StepColumns columns = walk(9_999, 1);
    columns.add(10_000, 1, Step.newBuilder().setStep(10_000).setLoss(Double.NaN).build());
    columns.add(10_001, 1, Step.newBuilder().setStep(10_001).setLoss(1).build());

    assertThat(columns.read(0, columns.size(), 1).getLossList()).contains(Double.NaN);
  }

  @Test
  void whatAResumptionTakesBackIsGone() {
    StepColumns columns = walk(10, 1);

    columns.truncateAfter(0, 4);

    Curves curves = columns.read(0, columns.size(), 10);
    assertThat(curves.getStepList()).containsExactly(1, 2, 3, 4);
    assertThat(curves.getVoided()).isEqualTo(6);
  }
}
