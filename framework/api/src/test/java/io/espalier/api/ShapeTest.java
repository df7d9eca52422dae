package io.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShapeTest {
  @Test
  void knowsItsAxesAndSize() {
    Shape shape = Shape.of(12, 1, 3, 3);

    assertThat(shape.rank()).isEqualTo(4);
    assertThat(shape.dim(0)).isEqualTo(12);
    assertThat(shape.size()).isEqualTo(108);
    assertThat(shape.toArray()).containsExactly(12, 1, 3, 3);
    assertThat(shape).hasToString("12x1x3x3");
  }

  @Test
  void isAScalarWithoutAxes() {
    assertThat(Shape.of().size()).isEqualTo(1);
    assertThat(Shape.of()).hasToString("scalar");
  }

  @Test
  void mayBeEmpty() {
    assertThat(Shape.of(3, 0).size()).isZero();
  }

  @Test
  void countsBeyondAnInt() {
    assertThat(Shape.of(1 << 20, 1 << 20).size()).isEqualTo(1L << 40);
  }

  @Test
  void refusesANegativeExtent() {
    assertThatThrownBy(() -> Shape.of(3, -1))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MODEL))
        .hasMessage("negative extent in shape [3, -1]");
  }

  @Test
  void refusesASizeBeyondALong() {
    assertThatThrownBy(() -> Shape.of(Long.MAX_VALUE, 2))
        .isInstanceOf(EspalierException.class)
        .hasMessage("shape [9223372036854775807, 2] is too large");
  }
}
