package io.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RemoveChannelsTest {
  @Test
  void saysWhatGoesInRanges() {
    assertThat(new Edit.RemoveChannels("conv.weight", 0, List.of(1, 5, 6, 7, 200, 201)))
        .hasToString("remove 6 along axis 0 of conv.weight: 1, 5-7, 200-201");
  }

  @Test
  void refusesIndicesThatDoNotAscend() {
    assertThatThrownBy(() -> new Edit.RemoveChannels("w", 0, List.of(3, 3)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContainingAll("'w'", "[3, 3]");
  }

  @Test
  void refusesToRemoveNothing() {
    assertThatThrownBy(() -> new Edit.RemoveChannels("w", 0, List.of()))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("removing 0 indices");
  }
}
