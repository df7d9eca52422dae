package io.espalier.runtime.measure;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Shape;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Measures how long ONNX Runtime takes for one sample on one thread. The clock runs around the
 * inference alone, input in place and output left where it is. Takes about a second.
 */
public final class Latency {
  private static final int LEAST_WARM_UPS = 10;
  private static final long WARM_UP_NANOS = Duration.ofMillis(250).toNanos();
  private static final int LEAST_SAMPLES = 20;
  private static final int MOST_SAMPLES = 20_000;
  private static final long SAMPLE_NANOS = Duration.ofMillis(750).toNanos();
  private static final long HARD_LIMIT_NANOS = Duration.ofSeconds(10).toNanos();

  private Latency() {}

  /**
   * Measures a model whose input extents, apart from the batch, are all fixed.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) if ONNX Runtime refuses the model or an
   *     extent is open
   */
  public static LatencyFigures measure(Path onnx) {
    try (OnnxSession session = OnnxSession.open(onnx, 1)) {
      long[] shape = session.inputShape();
      shape[0] = session.batch(1);
      return measure(session, shape);
    }
  }

  /** Measures a model with samples of a shape, which settles open extents of its input. */
  public static LatencyFigures measure(Path onnx, Shape sample) {
    try (OnnxSession session = OnnxSession.open(onnx, 1)) {
      return measure(session, sample);
    }
  }

  /** As {@link #measure(Path, Shape)}, of a model that no file holds. */
  public static LatencyFigures measure(byte[] onnx, Shape sample) {
    try (OnnxSession session = OnnxSession.open(onnx, "the model", 1)) {
      return measure(session, sample);
    }
  }

  private static LatencyFigures measure(OnnxSession session, Shape sample) {
    long[] shape = new long[sample.rank() + 1];
    shape[0] = session.batch(1);
    System.arraycopy(sample.toArray(), 0, shape, 1, sample.rank());
    return measure(session, shape);
  }

  private static LatencyFigures measure(OnnxSession session, long[] shape) {
    if (Arrays.stream(shape).anyMatch(extent -> extent < 0)) {
      throw new EspalierException(
          FailureCode.MODEL,
          "input '%s' of %s is %s: latency needs every extent but the first to be known"
              .formatted(session.input(), session.source(), session.inputText()));
    }
    FloatBuffer input = Evaluator.directFloats(Math.toIntExact(Shape.of(shape).size()));
    SplittableRandom random = new SplittableRandom(1);
    while (input.hasRemaining()) {
      input.put((float) random.nextDouble());
    }
    input.flip();
    try (OnnxTensor tensor = session.tensor(input, shape)) {
      long[] nanos = new long[MOST_SAMPLES];
      int warmUps = repeat(session, tensor, nanos, LEAST_WARM_UPS, WARM_UP_NANOS);
      int samples = repeat(session, tensor, nanos, LEAST_SAMPLES, SAMPLE_NANOS);
      long[] sorted = Arrays.copyOf(nanos, samples);
      Arrays.sort(sorted);
      return new LatencyFigures(
          percentile(sorted, 50) / 1000.0, percentile(sorted, 90) / 1000.0, warmUps, samples);
    }
  }

  /** Runs at least {@code least} times and on until the time is up; returns how often. */
  private static int repeat(
      OnnxSession session, OnnxTensor tensor, long[] nanos, int least, long duration) {
    long start = System.nanoTime();
    int done = 0;
    long elapsed = 0;
    while (done < nanos.length
        && elapsed < HARD_LIMIT_NANOS
        && (done < least || elapsed < duration)) {
      long before = System.nanoTime();
      OrtSession.Result result = session.run(tensor);
      long after = System.nanoTime();
      result.close();
      nanos[done++] = after - before;
      elapsed = after - start;
    }
    return done;
  }

  /** The smallest value that is not below {@code percent} per cent of them. */
  static long percentile(long[] sorted, int percent) {
    int rank = (int) Math.ceil(sorted.length * (percent / 100.0));
    return sorted[Math.max(rank, 1) - 1];
  }
}
