package io.espalier.runtime.measure;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import io.espalier.api.Dataset;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Classifies a split of a data set with ONNX Runtime, in batches, on all cores.
 *
 * <p>The model must have one float input, batch first, and give one score (logit) per class as its
 * first output. A model with a fixed batch size is fed that many samples at a time.
 */
public final class Evaluator {
  private static final int BATCH = 256;
  private static final int MOST_BATCH_FLOATS = 1 << 22;

  private Evaluator() {}

  /**
   * Evaluates a model held in memory.
   *
   * @param onnx the bytes of the model's file
   * @param split samples as large as the model's input
   * @param classes number of classes
   * @throws EspalierException {@link FailureCode#MODEL} if ONNX Runtime refuses the model; {@link
   *     FailureCode#DATA} if samples, labels or scores do not fit; {@link FailureCode#NUMERIC} if
   *     the model gives NaN
   */
  public static Evaluation evaluate(byte[] onnx, Dataset.Split split, int classes) {
    try (OnnxSession session = OnnxSession.open(onnx, "the model", cores())) {
      return evaluate(session, split, classes, Optional.empty());
    }
  }

  /** The same for a model in a file. */
  public static Evaluation evaluate(Path onnx, Dataset.Split split, int classes) {
    try (OnnxSession session = OnnxSession.open(onnx, cores())) {
      return evaluate(session, split, classes, Optional.empty());
    }
  }

  /**
   * Evaluates a model in a file on the test split; checks every axis of a sample, not only its
   * size.
   */
  public static Evaluation evaluate(Path onnx, Dataset dataset) {
    try (OnnxSession session = OnnxSession.open(onnx, cores())) {
      return evaluate(session, dataset.test(), dataset.classes(), Optional.of(dataset.sample()));
    }
  }

  private static Evaluation evaluate(
      OnnxSession session, Dataset.Split split, int classes, Optional<Shape> sample) {
    if (split.size() == 0) {
      throw new EspalierException(
          FailureCode.DATA, "there is no sample to evaluate %s on".formatted(session.source()));
    }
    Samples samples = Samples.of(session, split, sample);
    int batch = session.batch(Math.max(1, Math.min(BATCH, MOST_BATCH_FLOATS / samples.floats())));
    Tally tally = new Tally(classes, session.source());
    float[] values = new float[batch * samples.floats()];
    FloatBuffer direct = directFloats(values.length);
    boolean open = session.inputShape()[0] < 0;
    for (int first = 0; first < split.size(); first += batch) {
      int count = Math.min(batch, split.size() - first);
      int rows = open ? count : batch;
      samples.read(first, count, values);
      direct.clear().put(values, 0, rows * samples.floats()).flip();
      try (OnnxTensor tensor = session.tensor(direct, samples.shape(rows));
          OrtSession.Result result = session.run(tensor)) {
        tally.add(split, first, count, session.scores(result, rows, classes));
      }
    }
    return tally.evaluation();
  }

  static FloatBuffer directFloats(int count) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(count, Float.BYTES))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  private static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** Adds up what the scores say. */
  private static final class Tally {
    private final int[][] confusion;
    private final String source;
    private double loss;
    private int samples;
    private int right;

    Tally(int classes, String source) {
      this.confusion = new int[classes][classes];
      this.source = source;
    }

    void add(Dataset.Split split, int first, int count, FloatBuffer scores) {
      int classes = confusion.length;
      float[] row = new float[classes];
      for (int i = 0; i < count; i++) {
        int label = split.label(first + i);
        if (label < 0 || label >= classes) {
          throw new EspalierException(
              FailureCode.DATA,
              "sample %d has label %d; with %d classes labels run from 0 to %d"
                  .formatted(first + i, label, classes, classes - 1));
        }
        scores.get(i * classes, row);
        int predicted = best(row, first + i);
        confusion[label][predicted]++;
        right += predicted == label ? 1 : 0;
        loss += crossEntropy(row, row[predicted], label);
        samples++;
      }
    }

    private int best(float[] row, int sample) {
      int best = 0;
      for (int c = 0; c < row.length; c++) {
        if (Float.isNaN(row[c])) {
          throw new EspalierException(
              FailureCode.NUMERIC,
              "%s gives NaN for sample %d; its weights or the sample hold infinities or NaN"
                  .formatted(source, sample));
        }
        if (row[c] > row[best]) {
          best = c;
        }
      }
      return best;
    }

    /** Minus the logarithm of the softmax at the label; the highest score keeps it in range. */
    private static double crossEntropy(float[] row, float highest, int label) {
      double sum = 0;
      for (float score : row) {
        sum += Math.exp((double) score - highest);
      }
      return Math.log(sum) - ((double) row[label] - highest);
    }

    Evaluation evaluation() {
      return new Evaluation(
          samples, (double) right / samples, loss / samples, ConfusionMatrix.of(confusion));
    }
  }
}
