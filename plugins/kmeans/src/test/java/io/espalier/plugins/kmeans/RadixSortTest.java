package io.espalier.plugins.kmeans;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RadixSortTest {
  @Property
  void sortsAsTheLibraryDoes(@ForAll float[] values) {
    float[] expected = values.clone();
    Arrays.sort(expected);

    assertThat(RadixSort.sorted(values)).isEqualTo(expected);
  }

  @Test
  void sortsEverySizeOfNumber() {
    assertThat(
            RadixSort.sorted(
                new float[] {
                  Float.MAX_VALUE, 0f, -Float.MIN_VALUE, -0f, -Float.MAX_VALUE, 1, -1, 1e-40f
                }))
        .containsExactly(
            -Float.MAX_VALUE, -1, -Float.MIN_VALUE, -0f, 0f, 1e-40f, 1, Float.MAX_VALUE);
  }

  @Test
  void leavesItsInputAlone() {
    float[] values = {2, 1};
    RadixSort.sorted(values);

    assertThat(values).containsExactly(2, 1);
  }
}
