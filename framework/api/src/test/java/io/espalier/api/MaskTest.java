package io.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskTest {
  @Test
  void packsTheFirstElementIntoTheLowestBit() {
    Mask mask = new Mask.Builder("w", Shape.of(10)).keep(0).keep(3).keep(9).build();

    assertThat(mask.toBytes()).containsExactly(0b1001, 0b10);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 63, 64, 65, 128, 1000})
  void keepsAllOfAnySize(int size) {
    Mask mask = Mask.all("w", Shape.of(size));

    assertThat(mask.kept()).isEqualTo(size);
    assertThat(mask.sparsity()).isZero();
    assertThat(mask.toBytes()).hasSize((size + 7) / 8);
    assertThat(Mask.ofBytes("w", Shape.of(size), ByteBuffer.wrap(mask.toBytes()))).isEqualTo(mask);
  }

  @Test
  void keepsWhatIsNotZero() {
    Mask mask = Mask.ofNonZero(Tensor.ofFloats("w", Shape.of(4), 0f, -0f, Float.MIN_VALUE, -1));

    assertThat(mask.toBytes()).containsExactly(0b1100);
    assertThat(mask.sparsity()).isEqualTo(0.5);
    assertThat(mask).hasToString("mask of w: keeps 2 of 4");
  }

  @Property
  void comesBackFromItsBytes(@ForAll @Size(max = 300) boolean[] kept) {
    Shape shape = Shape.of(kept.length);
    Mask.Builder builder = new Mask.Builder("w", shape);
    int count = 0;
    for (int i = 0; i < kept.length; i++) {
      if (kept[i]) {
        builder.keep(i);
        count++;
      }
    }

    Mask mask = Mask.ofBytes("w", shape, ByteBuffer.wrap(builder.build().toBytes()));

    assertThat(mask).isEqualTo(builder.build()).hasSameHashCodeAs(builder.build());
    assertThat(mask.kept()).isEqualTo(count);
    for (int i = 0; i < kept.length; i++) {
      assertThat(mask.keeps(i)).isEqualTo(kept[i]);
    }
  }

  @Test
  void doesNotChangeWithItsBuilder() {
    Mask.Builder builder = new Mask.Builder("w", Shape.of(2)).keep(0);
    Mask mask = builder.build();
    builder.keep(1);

    assertThat(mask.kept()).isEqualTo(1);
  }

  @Test
  void leavesTheBufferItReadsAlone() {
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {1});
    Mask.ofBytes("w", Shape.of(3), bytes);

    assertThat(bytes.remaining()).isEqualTo(1);
  }

  @Test
  void refusesAnotherNumberOfBytes() {
    assertThatThrownBy(() -> Mask.ofBytes("w", Shape.of(9), ByteBuffer.allocate(1)))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MODEL))
        .hasMessage("mask of 'w' (9) needs 2 bytes, has 1");
  }

  @Test
  void refusesABitPastTheLastElement() {
    assertThatThrownBy(() -> Mask.ofBytes("w", Shape.of(3), ByteBuffer.wrap(new byte[] {0b1000})))
        .isInstanceOf(EspalierException.class)
        .hasMessage("mask of 'w' has bits past its last element");
  }

  @Test
  void refusesToKeepWhatIsNotThere() {
    assertThatThrownBy(() -> new Mask.Builder("w", Shape.of(3)).keep(3))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Mask.all("w", Shape.of(3)).keeps(3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void isEqualByTensorShapeAndBits() {
    assertThat(Mask.all("w", Shape.of(4)))
        .isNotEqualTo(Mask.all("v", Shape.of(4)))
        .isNotEqualTo(Mask.all("w", Shape.of(2, 2)))
        .isNotEqualTo(new Mask.Builder("w", Shape.of(4)).build());
  }
}
