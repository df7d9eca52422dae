package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SeedsTest {
  /** From {@code printf '\0\0\0\0\0\0\0\052shuffle' | sha256sum}. */
  @Test
  void derivesTheFirstEightBytesOfTheHash() {
    assertThat(HexFormat.of().toHexDigits(Seeds.derive(42, "shuffle")))
        .isEqualTo("0d71afde05dddaa3");
  }

  @Test
  void derivesDifferentSeedsForDifferentPurposes() {
    assertThat(Seeds.derive(42, "shuffle")).isNotEqualTo(Seeds.derive(42, "init"));
    assertThat(Seeds.derive(42, "shuffle")).isNotEqualTo(Seeds.derive(43, "shuffle"));
  }

  @Test
  void drawsTheSameNumbersForTheSameSeed() {
    assertThat(Seeds.random(1, "a").longs(5))
        .containsExactly(Seeds.random(1, "a").longs(5).boxed().toArray(Long[]::new));
  }
}
