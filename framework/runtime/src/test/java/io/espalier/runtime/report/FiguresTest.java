package io.espalier.runtime.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void differencesHaveASignUnlessTheyAreNone() {
    assertThat(Figures.points(0.0123)).isEqualTo("+1.23 pp");
    assertThat(Figures.points(-0.1)).isEqualTo("-10.00 pp");
    assertThat(Figures.points(-0.00001)).isEqualTo("0.00 pp");
  }

  @Test
  void numbersReadTheSameEverywhere() {
    assertThat(Figures.count(20_410)).isEqualTo("20,410");
    assertThat(Figures.percent(0.79975)).isEqualTo("79.98 %");
    assertThat(Figures.ratio(100, 30)).isEqualTo("3.33x");
    assertThat(Figures.ratio(100, 0)).isEqualTo("-");
  }
}
