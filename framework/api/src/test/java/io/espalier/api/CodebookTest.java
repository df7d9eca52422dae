package io.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class CodebookTest {
  private static final Shape SHAPE = Shape.of(2, 2);
  private static final float[] VALUES = {-1, 0, 2};
  private static final char[] INDICES = {2, 1, 0, 2};

  @Test
  void decodesToItsTensor() {
    Codebook codebook = codebook(VALUES, INDICES, OptionalInt.of(1));

    assertThat(codebook.decode()).isEqualTo(Tensor.ofFloats("w", SHAPE, 2, 0, -1, 2));
    assertThat(codebook.count()).isEqualTo(3);
    assertThat(codebook.value(2)).isEqualTo(2);
    assertThat(codebook.index(0)).isEqualTo(2);
    assertThat(codebook.zero()).hasValue(1);
    assertThat(codebook).hasToString("codebook of w: 3 values");
  }

  @Property
  void decodesEveryElementToTheValueOfItsIndex(@ForAll @Size(min = 1, max = 200) byte[] bytes) {
    float[] values = new float[256];
    char[] indices = new char[bytes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 0.5f;
    }
    for (int i = 0; i < bytes.length; i++) {
      indices[i] = (char) (bytes[i] & 0xff);
    }

    float[] decoded =
        new Codebook("w", Shape.of(bytes.length), values, indices, OptionalInt.of(0))
            .decode()
            .toFloatArray();

    for (int i = 0; i < bytes.length; i++) {
      assertThat(decoded[i]).isEqualTo(indices[i] * 0.5f);
    }
  }

  @Test
  void keepsItsOwnCopies() {
    float[] values = VALUES.clone();
    char[] indices = INDICES.clone();
    Codebook codebook = codebook(values, indices, OptionalInt.empty());
    values[2] = 9;
    indices[0] = 0;
    codebook.values()[2] = 9;
    codebook.indices()[0] = 0;

    assertThat(codebook).isEqualTo(codebook(VALUES, INDICES, OptionalInt.empty()));
  }

  @Test
  void takesOtherValuesButKeepsItsZero() {
    Codebook codebook = codebook(VALUES, INDICES, OptionalInt.of(1));

    assertThat(codebook.withValues(-3, 0, 3).decode())
        .isEqualTo(Tensor.ofFloats("w", SHAPE, 3, 0, -3, 3));
    assertThatThrownBy(() -> codebook.withValues(-3, 1, 3))
        .hasMessage("codebook of 'w' has 1.0 where its zero should be");
  }

  @Test
  void itsValuesCanBeSharedByOtherElements() {
    Codebook codebook = codebook(VALUES, INDICES, OptionalInt.of(1)).ofPalette("all");
    char[] indices = {0, 2};

    Codebook cut = codebook.withIndices(Shape.of(2), indices);

    assertThat(cut.decode()).isEqualTo(Tensor.ofFloats("w", Shape.of(2), -1, 2));
    assertThat(cut.zero()).hasValue(1);
    assertThat(cut.palette()).hasValue("all");
  }

  @Test
  void holdsAsManyValuesAsTwoBytesCanIndex() {
    float[] values = new float[Codebook.MAX_VALUES];
    char[] indices = {0, Character.MAX_VALUE, 1, 2};

    assertThat(codebook(values, indices, OptionalInt.empty()).index(1)).isEqualTo(65_535);
  }

  @Test
  void refusesTooFewOrTooManyValues() {
    assertBroken(new float[0], INDICES, OptionalInt.empty(), "has 0 values (allowed: 1 to 65536)");
    assertBroken(
        new float[65_537], INDICES, OptionalInt.empty(), "has 65537 values (allowed: 1 to 65536)");
  }

  @Test
  void refusesAnotherNumberOfIndices() {
    assertBroken(VALUES, new char[3], OptionalInt.empty(), "has 3 indices for 4 elements");
  }

  @Test
  void refusesAnIndexPastItsValues() {
    assertBroken(VALUES, new char[] {0, 1, 2, 3}, OptionalInt.empty(), "has index 3 but 3 values");
  }

  @Test
  void refusesAZeroThatIsNoneOfItsValues() {
    assertBroken(VALUES, INDICES, OptionalInt.of(3), "has its zero at 3 but 3 values");
    assertBroken(VALUES, INDICES, OptionalInt.of(-1), "has its zero at -1 but 3 values");
  }

  @Test
  void refusesAZeroThatIsNotZero() {
    assertBroken(VALUES, INDICES, OptionalInt.of(2), "has 2.0 where its zero should be");
  }

  @Test
  void isEqualByAllItHolds() {
    Codebook codebook = codebook(VALUES, INDICES, OptionalInt.of(1));

    assertThat(codebook)
        .isEqualTo(codebook(VALUES, INDICES, OptionalInt.of(1)))
        .hasSameHashCodeAs(codebook(VALUES, INDICES, OptionalInt.of(1)))
        .isNotEqualTo(codebook(VALUES, INDICES, OptionalInt.empty()))
        .isNotEqualTo(codebook(VALUES, new char[4], OptionalInt.of(1)))
        .isNotEqualTo(codebook.withValues(-1, 0, 3));
  }

  private static Codebook codebook(float[] values, char[] indices, OptionalInt zero) {
    return new Codebook("w", SHAPE, values, indices, zero);
  }

  private static void assertBroken(
      float[] values, char[] indices, OptionalInt zero, String problem) {
    assertThatThrownBy(() -> codebook(values, indices, zero))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MODEL))
        .hasMessage("codebook of 'w' " + problem);
  }
}
