package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Vector kernels give what plain loops give, but for rounding, at any pitch and offset. */
class MatrixKernelsTest {
  private static final int TRIES = 60;
  private static final int COLUMNS = Kernels.PAD;

  private final Random random = new Random(5);

  private float[] noise(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private interface Call {
    void run(MatrixKernels kernels, float[] out);
  }

  private void assertSame(int length, Call call) {
    float[] plain = noise(length);
    float[] vector = plain.clone();
    call.run(new PlainMatrixKernels(), plain);
    call.run(new VectorMatrixKernels(), vector);
    for (int i = 0; i < length; i++) {
      assertThat(vector[i]).as("%d", i).isCloseTo(plain[i], within(1e-4f));
    }
  }

  @Property(tries = TRIES)
  void products(
      @ForAll @IntRange(min = 1, max = 11) int rows,
      @ForAll @IntRange(min = 1, max = 40) int terms,
      @ForAll @IntRange(max = 9) int more) {
    float[] a = noise(rows * (terms + more));
    float[] b = noise(terms * COLUMNS + more);
    float[] start = noise(COLUMNS);
    int pitch = COLUMNS + more;
    assertSame(
        rows * pitch + COLUMNS,
        (kernels, c) ->
            kernels.multiply(
                c, more, pitch, start, 0, 0, a, 0, terms + more, b, more, rows, terms));
    assertSame(
        rows * pitch,
        (kernels, c) ->
            kernels.multiply(c, 0, pitch, c, 0, pitch, a, 0, terms + more, b, 0, rows, terms));
  }

  @Property(tries = TRIES)
  void productsOfTheTransposed(
      @ForAll @IntRange(min = 1, max = COLUMNS) int rows,
      @ForAll @IntRange(min = 1, max = 40) int terms) {
    float[] a = noise(terms * COLUMNS);
    float[] b = noise(terms * COLUMNS);
    assertSame(
        rows * COLUMNS,
        (kernels, c) ->
            kernels.multiplyTransposed(c, 0, COLUMNS, c, 0, COLUMNS, a, 0, b, 0, rows, terms));
  }
}
