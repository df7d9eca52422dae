package io.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {
  private static final Shape TWO_BY_THREE = Shape.of(2, 3);

  @Test
  void holdsACopyOfFloats() {
    float[] values = {1, 2, 3, 4, 5, 6};
    Tensor tensor = Tensor.ofFloats("w", TWO_BY_THREE, values);
    values[0] = 9;

    assertThat(tensor.toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(tensor.floats().get(5)).isEqualTo(6);
    assertThat(tensor.size()).isEqualTo(6);
    assertThat(tensor.bytes().remaining()).isEqualTo(24);
    assertThat(tensor).hasToString("w float 2x3");
  }

  @Test
  void holdsLongs() {
    Tensor tensor = Tensor.ofLongs("shape", Shape.of(2), -1, Long.MAX_VALUE);

    assertThat(tensor.longs().get(1)).isEqualTo(Long.MAX_VALUE);
    assertThat(tensor.type()).isEqualTo(DataType.INT64);
  }

  @Test
  void isLittleEndianWhateverItsSourceWas() {
    ByteBuffer big = ByteBuffer.wrap(new byte[] {0, 0, (byte) 0x80, 0x3f});

    Tensor tensor = Tensor.of("one", DataType.FLOAT, Shape.of(), big);

    assertThat(tensor.floats().get(0)).isEqualTo(1f);
    assertThat(tensor.bytes().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    assertThat(big.remaining()).isEqualTo(4);
  }

  @Test
  void takesTheRemainingBytesOfADirectBufferWithoutACopy() {
    ByteBuffer bytes = ByteBuffer.allocateDirect(12).order(ByteOrder.LITTLE_ENDIAN).position(4);

    Tensor tensor = Tensor.of("w", DataType.FLOAT, Shape.of(2), bytes);
    bytes.putFloat(8, 7);

    assertThat(tensor.toFloatArray()).containsExactly(0, 7);
    assertThat(bytes.position()).isEqualTo(4);
  }

  @Test
  void copiesAHeapBuffer() {
    byte[] bytes = {1, 2};
    Tensor tensor = Tensor.of("b", DataType.UINT8, Shape.of(2), ByteBuffer.wrap(bytes));
    bytes[0] = 9;

    assertThat(tensor.bytes().get(0)).isEqualTo((byte) 1);
  }

  @Test
  void cannotBeWrittenThroughItsViews() {
    Tensor tensor = Tensor.ofFloats("w", Shape.of(1), 1);

    assertThatThrownBy(() -> tensor.bytes().put(0, (byte) 1))
        .isInstanceOf(ReadOnlyBufferException.class);
    assertThatThrownBy(() -> tensor.floats().put(0, 1f))
        .isInstanceOf(ReadOnlyBufferException.class);
  }

  @Test
  void isReadFromItsStartEveryTime() {
    Tensor tensor = Tensor.ofFloats("w", Shape.of(2), 1, 2);
    tensor.floats().get();
    tensor.bytes().getInt();

    assertThat(tensor.toFloatArray()).containsExactly(1, 2);
  }

  @Test
  void refusesAnotherNumberOfBytes() {
    assertThatThrownBy(() -> Tensor.of("w", DataType.FLOAT, TWO_BY_THREE, ByteBuffer.allocate(20)))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MODEL))
        .hasMessage("tensor 'w' (float 2x3) needs 24 bytes, has 20");
  }

  @Test
  void refusesAnotherNumberOfValues() {
    assertThatThrownBy(() -> Tensor.ofFloats("w", TWO_BY_THREE, 1, 2))
        .hasMessage("tensor 'w' of shape 2x3 needs 6 values, has 2");
  }

  @Test
  void refusesMoreThanTwoGibibytes() {
    assertThatThrownBy(() -> Tensor.byteSize("w", DataType.FLOAT, Shape.of(1 << 29)))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "tensor 'w' (float 536870912) is larger than 2 GiB, the most one tensor may hold");
    assertThatThrownBy(() -> Tensor.ofFloats("w", Shape.of(1L << 40)))
        .isInstanceOf(EspalierException.class);
  }

  @ParameterizedTest
  @EnumSource
  void takesAsManyBytesAsItsTypeSays(DataType type) {
    int most = Integer.MAX_VALUE / type.bytes();

    assertThat(Tensor.byteSize("w", type, TWO_BY_THREE)).isEqualTo(6 * type.bytes());
    assertThat(Tensor.byteSize("w", type, Shape.of(most))).isEqualTo(most * type.bytes());
  }

  @ParameterizedTest
  @EnumSource
  void knowsItsTypeByItsOnnxCode(DataType type) {
    assertThat(DataType.ofCode(type.code())).isEqualTo(type);
  }

  @Test
  void refusesAnUnknownTypeCode() {
    assertThatThrownBy(() -> DataType.ofCode(8))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("unknown element type code 8");
  }

  @Test
  void refusesToReadAnotherType() {
    Tensor longs = Tensor.ofLongs("shape", Shape.of(1), 1);

    assertThatThrownBy(longs::floats).hasMessage("tensor 'shape' is int64, not float");
    assertThatThrownBy(() -> Tensor.ofFloats("w", Shape.of(1), 1).longs())
        .hasMessage("tensor 'w' is float, not int64");
  }

  @Test
  void isEqualByNameTypeShapeAndBytes() {
    Tensor tensor = Tensor.ofFloats("w", TWO_BY_THREE, 1, 2, 3, 4, 5, 6);

    assertThat(tensor)
        .isEqualTo(Tensor.ofFloats("w", TWO_BY_THREE, 1, 2, 3, 4, 5, 6))
        .hasSameHashCodeAs(Tensor.ofFloats("w", TWO_BY_THREE, 1, 2, 3, 4, 5, 6))
        .isNotEqualTo(tensor.named("v"))
        .isNotEqualTo(tensor.reshaped(Shape.of(3, 2)))
        .isNotEqualTo(Tensor.ofFloats("w", TWO_BY_THREE, 1, 2, 3, 4, 5, 7));
  }

  @Test
  void tellsTheTwoZerosApart() {
    assertThat(Tensor.ofFloats("w", Shape.of(1), 0f))
        .isNotEqualTo(Tensor.ofFloats("w", Shape.of(1), -0f));
  }

  @Test
  void sharesItsBytesUnderAnotherNameOrShape() {
    Tensor tensor = Tensor.ofFloats("w", TWO_BY_THREE, 1, 2, 3, 4, 5, 6);

    assertThat(tensor.named("v").reshaped(Shape.of(6)))
        .isEqualTo(Tensor.ofFloats("v", Shape.of(6), 1, 2, 3, 4, 5, 6));
    assertThatThrownBy(() -> tensor.reshaped(Shape.of(5))).isInstanceOf(EspalierException.class);
  }
}
