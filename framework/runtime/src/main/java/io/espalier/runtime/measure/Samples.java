package io.espalier.runtime.measure;

import io.espalier.api.Dataset;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Shape;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The samples of a split in the shape that the model wants. */
record Samples(OnnxSession session, Dataset.Split split, long[] sample, int floats) {
  static Samples of(OnnxSession session, Dataset.Split split, Optional<Shape> given) {
    long[] input = session.inputShape();
    long[] wanted = Arrays.copyOfRange(input, 1, input.length);
    long[] sample = given.map(Shape::toArray).orElse(wanted);
    boolean fits = sample.length == wanted.length;
    for (int axis = 0; fits && axis < wanted.length; axis++) {
      fits = wanted[axis] < 0 ? given.isPresent() : wanted[axis] == sample[axis];
    }
    if (!fits) {
      throw new EspalierException(
          FailureCode.DATA,
          "samples of shape %s do not fit input '%s' (%s) of %s"
              .formatted(
                  given.map(Shape::toString).orElse("unknown"),
                  session.input(),
                  session.inputText(),
                  session.source()));
    }
    int floats = Math.toIntExact(Shape.of(sample).size());
    Samples samples = new Samples(session, split, sample, floats);
    samples.probe();
    return samples;
  }

  long[] shape(int rows) {
    long[] shape = new long[sample.length + 1];
    shape[0] = rows;
    System.arraycopy(sample, 0, shape, 1, sample.length);
    return shape;
  }

  void read(int first, int count, float[] into) {
    for (int i = 0; i < count; i++) {
      split.read(first + i, into, i * floats);
    }
  }

  /** Reads one sample to see how many values it has: a split does not say. */
  private void probe() {
    float[] room = new float[floats + 1];
    Arrays.fill(room, Float.NaN);
    boolean small;
    try {
      split.read(0, room, 0);
      small = floats > 0 && Float.isNaN(room[floats - 1]);
    } catch (IndexOutOfBoundsException e) {
      throw unfit("more", e);
    }
    if (!Float.isNaN(room[floats])) {
      throw unfit("more", null);
    }
    if (small) {
      throw unfit("fewer (or NaN as its last)", null);
    }
  }

  private EspalierException unfit(String relation, @Nullable Throwable cause) {
    return new EspalierException(
        FailureCode.DATA,
        "a sample has %s values than the %d that input '%s' (%s) of %s takes"
            .formatted(relation, floats, session.input(), session.inputText(), session.source()),
        cause);
  }
}
