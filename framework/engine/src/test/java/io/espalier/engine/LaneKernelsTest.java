package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Vector kernels give what plain loops give, but for rounding, at any pitch and offset. */
class LaneKernelsTest {
  private static final int TRIES = 60;
  private static final int LANES = LaneKernels.CHANNELS;
  private static final LaneKernels PLAIN = new PlainLaneKernels();
  private static final LaneKernels VECTOR = new VectorLaneKernels();

  private final Random random = new Random(3);

  private float[] noise(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static void assertSame(float[] plain, float[] vector) {
    for (int i = 0; i < plain.length; i++) {
      assertThat(vector[i]).as("%d", i).isCloseTo(plain[i], within(1e-4f));
    }
  }

  private interface Call {
    void run(LaneKernels kernels, float[] out);
  }

  private void assertSame(int length, Call call) {
    float[] plain = noise(length);
    float[] vector = plain.clone();
    call.run(PLAIN, plain);
    call.run(VECTOR, vector);
    assertSame(plain, vector);
  }

  @Property(tries = TRIES)
  void normalise(
      @ForAll @IntRange(min = 1, max = 20) int rows, @ForAll @IntRange(max = 9) int more) {
    int pitch = LANES + more;
    float[] x = noise(rows * pitch + more + LANES);
    float[] table = noise(LaneKernels.TABLE + more);
    assertSame(
        rows * pitch + LANES,
        (kernels, y) ->
            kernels.normalise(x, more, pitch, y, 0, pitch, rows, table, more, -0.5f, 1));
    float[] dz = noise(rows * pitch + LANES);
    assertSame(
        rows * LANES,
        (kernels, dx) ->
            kernels.inputGradients(x, more, pitch, dz, 0, pitch, dx, 0, LANES, rows, table, more));
  }

  @Property(tries = TRIES)
  void clipGradients(
      @ForAll @IntRange(min = 1, max = 20) int rows, @ForAll @IntRange(max = 9) int more) {
    int pitch = LANES + more;
    float[] x = noise(rows * pitch + LANES);
    float[] dz = noise(rows * pitch + LANES);
    float[] table = noise(LaneKernels.TABLE);
    int sums = rows * LANES;
    assertSame(
        sums + 2 * LANES,
        (kernels, to) ->
            kernels.clipGradients(
                x, 0, pitch, dz, 0, pitch, to, 0, LANES, rows, table, 0, -0.5f, 1, to, sums));
  }

  @Property(tries = TRIES)
  void moments(@ForAll @IntRange(min = 1, max = 50) int rows) {
    float[] x = noise(rows * 2 * LANES);
    assertSame(3 * LANES, (kernels, sums) -> kernels.moments(x, LANES, 2 * LANES, rows, sums, 0));
  }

  @Property(tries = TRIES)
  void transposedProducts(
      @ForAll @IntRange(min = 1, max = 20) int rows,
      @ForAll @IntRange(min = 1, max = 40) int terms) {
    float[] a = noise(rows * (terms + 3));
    float[] d = noise(rows * 2 * LANES);
    assertSame(
        terms * LANES,
        (kernels, c) ->
            kernels.transposedProduct(c, 0, a, 0, terms + 3, terms, d, LANES, 2 * LANES, rows));
  }

  @Property(tries = TRIES)
  void taps(
      @ForAll @IntRange(min = 1, max = 6) int height,
      @ForAll @IntRange(min = 1, max = 6) int width,
      @ForAll @IntRange(min = 1, max = 2) int stride,
      @ForAll @IntRange(min = 1, max = 4) int window) {
    int row = (stride * width + 4) * LANES;
    int[] taps = new int[window * window];
    Arrays.setAll(taps, t -> t / window * row + t % window * LANES);
    float[] x = noise((stride * height + 4) * row);
    float[] w = noise(taps.length * LANES);
    float[] dy = noise((height + 1) * width * 2 * LANES);
    int down = stride * row;
    int step = stride * LANES;
    assertSame(
        height * width * 2 * LANES,
        (kernels, y) -> kernels.taps(x, 0, down, step, taps, w, 0, y, 0, 2 * LANES, height, width));
    assertSame(
        w.length,
        (kernels, dw) ->
            kernels.tapWeights(
                x, 0, down, step, taps, dw, 0, dy, LANES, width * LANES, LANES, height, width));
  }
}
