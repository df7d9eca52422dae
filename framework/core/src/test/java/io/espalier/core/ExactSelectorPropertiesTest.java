package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Shape;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;

class ExactSelectorPropertiesTest {
  @Property
  void agreesWithSorting(
      @ForAll("scores") float[] scores,
      @ForAll @DoubleRange(max = 1, maxIncluded = false) double sparsity) {
    Layer layer = new Layer("dense", "Gemm", "dense.weight", Shape.of(scores.length));

    Mask mask = new ExactSelector().keepHighest(layer, scores, sparsity);

    int kept = Math.max(1, (int) Math.rint(scores.length * (1 - sparsity)));
    assertThat(mask.kept()).isEqualTo(kept);
    List<Integer> worstFirst =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparing(i -> scores[i] + 0.0f))
            .toList();
    assertThat(worstFirst.subList(0, scores.length - kept)).noneMatch(mask::keeps);
    assertThat(worstFirst.subList(scores.length - kept, scores.length)).allMatch(mask::keeps);
  }

  /** Half of them from few values, so that there are ties; the rest any floats but NaN. */
  @Provide
  Arbitrary<float[]> scores() {
    Arbitrary<Float> few = Arbitraries.of(-1f, -0f, 0f, 0.5f, 1f);
    Arbitrary<Float> any =
        Arbitraries.integers().map(Float::intBitsToFloat).filter(f -> !f.isNaN());
    return Arbitraries.oneOf(few, any).array(float[].class).ofMinSize(1).ofMaxSize(300);
  }
}
