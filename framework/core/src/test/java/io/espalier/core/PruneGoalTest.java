package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.EspalierException;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Parameters;
import io.espalier.api.PruneRequest.Target;
import io.espalier.api.Structure;
import io.espalier.core.Allocation.Method;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PruneGoalTest {
  private static final Model LENET = ModelBuilders.build("lenet-5", 1);

  private static PruneGoal goal(Model model, Allocation allocation, Map<String, ?> selection) {
    return new PruneGoal(
        new LayerSelection(Parameters.of("stage", LayerSelection.PARAMETERS, selection))
            .select(model)
            .layers(),
        Structure.ELEMENTS,
        allocation,
        0.8,
        model);
  }

  private static float[] magnitudes(Model model, Layer layer) {
    float[] scores = model.tensor(layer.weight()).toFloatArray();
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Math.abs(scores[i]);
    }
    return scores;
  }

  private static Map<String, Mask> masks(PruneGoal goal, Model model, double sparsity) {
    Map<String, Mask> masks = new LinkedHashMap<>();
    List<Target> targets = goal.targets(model, sparsity);
    goal.select(targets, layer -> magnitudes(model, layer))
        .forEach(mask -> masks.put(mask.tensor(), mask));
    assertThat(goal.problem(targets, masks, sparsity)).isEmpty();
    return masks;
  }

  private static long zeros(Map<String, Mask> masks) {
    return masks.values().stream().mapToLong(mask -> mask.size() - mask.kept()).sum();
  }

  private static long weights(Map<String, Mask> masks) {
    return masks.values().stream().mapToLong(Mask::size).sum();
  }

  @Test
  void everyAllocationCutsExactlyAsManyWeightsAsAsked() {
    for (Method method : List.of(Method.GLOBAL, Method.ERK, Method.LAMP)) {
      for (double sparsity : new double[] {0, 0.1, 0.5, 0.8, 0.95}) {
        Map<String, Mask> masks =
            masks(goal(LENET, new Allocation(method, 0, 1), Map.of()), LENET, sparsity);
        assertThat(zeros(masks))
            .as("%s at %s", method, sparsity)
            .isEqualTo(weights(masks) - (long) Math.rint(weights(masks) * (1 - sparsity)));
      }
    }
  }

  @Test
  void globalCutsTheSmallestOfAllLayers() {
    Map<String, Mask> masks =
        masks(goal(LENET, new Allocation(Method.GLOBAL, 0, 1), Map.of()), LENET, 0.5);
    float greatestCut = 0;
    float leastKept = Float.MAX_VALUE;
    for (Mask mask : masks.values()) {
      float[] values = LENET.tensor(mask.tensor()).toFloatArray();
      for (int i = 0; i < values.length; i++) {
        if (mask.keeps(i)) {
          leastKept = Math.min(leastKept, Math.abs(values[i]));
        } else {
          greatestCut = Math.max(greatestCut, Math.abs(values[i]));
        }
      }
    }

    assertThat(greatestCut).isLessThanOrEqualTo(leastKept);
  }

  @Test
  void boundsOfLayersHold() {
    for (Method method : List.of(Method.GLOBAL, Method.ERK, Method.LAMP)) {
      Map<String, Mask> masks =
          masks(goal(LENET, new Allocation(method, 0.3, 0.85), Map.of()), LENET, 0.8);

      assertThat(masks.values())
          .as("%s", method)
          .allSatisfy(mask -> assertThat(mask.sparsity()).isBetween(0.3, 0.85));
      assertThat(zeros(masks)).isEqualTo(weights(masks) - (long) Math.rint(weights(masks) * 0.2));
    }
  }

  @Test
  void erkLeavesSmallLayersDenser() {
    Map<String, Mask> masks =
        masks(goal(LENET, new Allocation(Method.ERK, 0, 1), Map.of()), LENET, 0.8);
    List<Double> shares = masks.values().stream().map(Mask::sparsity).toList();

    assertThat(shares.get(0)).isLessThan(shares.get(2));
  }

  @Test
  void towardsOneEveryLayerKeepsAWeight() {
    for (Method method : Method.values()) {
      Map<String, Mask> masks =
          masks(goal(LENET, new Allocation(method, 0, 1), Map.of()), LENET, 0.999999);

      assertThat(masks.values())
          .as("%s", method)
          .allSatisfy(mask -> assertThat(mask.kept()).isPositive());
    }
  }

  @Test
  void aLayersOwnTargetIsReachedAtTheSamePace() {
    PruneGoal goal =
        goal(
            LENET,
            Allocation.UNIFORM,
            Map.of(
                "layers",
                List.of(
                    Map.of("opTypes", List.of("default")),
                    Map.of("opNames", List.of("conv1"), "sparsity", 0.4))));

    assertThat(goal.targets(LENET, 0.4).get(0).sparsity()).isCloseTo(0.2, within(1e-12));
    assertThat(goal.targets(LENET, 0.8).get(0).sparsity()).isEqualTo(0.4);
    assertThat(goal.targets(LENET, 0.8).get(1).sparsity()).isEqualTo(0.8);
  }

  @Test
  void findsMasksThatAreNotWhatWasAsked() {
    PruneGoal uniform = goal(LENET, Allocation.UNIFORM, Map.of());
    PruneGoal global = goal(LENET, new Allocation(Method.GLOBAL, 0, 0.9), Map.of());

    assertThat(uniform.problem(uniform.targets(LENET, 0.5), Map.of(), 0.5))
        .hasValueSatisfying(problem -> assertThat(problem).contains("layer 'conv1' keeps"));
    assertThat(global.problem(global.targets(LENET, 0.5), Map.of(), 0.5))
        .hasValueSatisfying(problem -> assertThat(problem).contains("together lose 0 of"));
  }

  @Test
  void refusesBoundsThatContradictEachOther() {
    assertThatThrownBy(() -> new Allocation(Method.GLOBAL, 0.9, 0.5))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("minSparsityPerLayer: 0.9 is not below");
  }

  @Property(tries = 200)
  void sharesByScoreAreExactAndCutTheLowest(
      @ForAll @Size(min = 1, max = 4)
          List<@Size(min = 1, max = 30) List<@IntRange(max = 9) Integer>> pools,
      @ForAll @DoubleRange(min = 0, max = 1) double share) {
    List<float[]> scores =
        pools.stream()
            .map(
                pool -> {
                  float[] values = new float[pool.size()];
                  for (int i = 0; i < values.length; i++) {
                    values[i] = pool.get(i);
                  }
                  return values;
                })
            .toList();
    int[] none = new int[scores.size()];
    int[] all = scores.stream().mapToInt(s -> s.length).toArray();
    int total = Arrays.stream(all).sum();
    int wanted = (int) (total * share);

    int[] shares = SharedBudget.byScore(scores, wanted, none, all);

    assertThat(Arrays.stream(shares).sum()).isEqualTo(wanted);
    float[] merged = new float[total];
    int at = 0;
    for (float[] pool : scores) {
      System.arraycopy(pool, 0, merged, at, pool.length);
      at += pool.length;
    }
    Arrays.sort(merged);
    float threshold = wanted == 0 ? -1 : merged[wanted - 1];
    for (int p = 0; p < shares.length; p++) {
      int below = 0;
      int upTo = 0;
      for (float score : scores.get(p)) {
        below += score < threshold ? 1 : 0;
        upTo += score <= threshold ? 1 : 0;
      }
      assertThat(shares[p]).isBetween(below, upTo);
    }
  }
}
