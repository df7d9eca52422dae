package io.espalier.runtime.measure;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import io.espalier.api.Dataset;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.core.OnnxFormat;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Optional;

/** Whether ONNX Runtime computes from a file what it computes from a model. */
public final class SameOutputs {
  private static final int SAMPLES = 32;
  private static final double TOLERANCE = 1e-4;

  private SameOutputs() {}

  /**
   * Runs both on the first samples of a split and compares their first outputs.
   *
   * @throws EspalierException ({@link FailureCode#VERIFICATION}) if an output differs by more than
   *     1e-4 of the greatest one; ({@link FailureCode#MODEL}) if ONNX Runtime refuses the file
   */
  public static void require(Model model, Path file, Dataset.Split split) {
    String output = model.graph().outputs().get(0).name();
    float[] expected;
    float[] found;
    try (OnnxSession session = OnnxSession.open(new OnnxFormat().bytes(model), "the model", 1)) {
      expected = outputs(session, split, output);
    }
    try (OnnxSession session = OnnxSession.open(file, 1)) {
      found = outputs(session, split, output);
    }
    double most = 0;
    double off = expected.length == found.length ? 0 : Double.POSITIVE_INFINITY;
    for (int i = 0; i < Math.min(expected.length, found.length); i++) {
      most = Math.max(most, Math.abs(expected[i]));
      double difference = Math.abs((double) expected[i] - found[i]);
      off = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(off, difference);
    }
    if (off > TOLERANCE * most) {
      throw new EspalierException(
          FailureCode.VERIFICATION,
          "%s gives other outputs than the model: they differ by up to %s where the greatest is %s"
              .formatted(file, off, most));
    }
  }

  private static float[] outputs(OnnxSession session, Dataset.Split split, String output) {
    Samples samples = Samples.of(session, split, Optional.empty());
    int batch = session.batch(Math.min(SAMPLES, split.size()));
    float[] values = new float[batch * samples.floats()];
    samples.read(0, Math.min(batch, split.size()), values);
    FloatBuffer direct = Evaluator.directFloats(values.length);
    direct.put(values).flip();
    try (OnnxTensor tensor = session.tensor(direct, samples.shape(batch));
        OrtSession.Result result = session.run(tensor)) {
      FloatBuffer scores = session.output(result, output).getFloatBuffer();
      float[] outputs = new float[scores.remaining()];
      scores.get(outputs);
      return outputs;
    }
  }
}
