package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.ValueInfo;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Models in ONNX Runtime, as the judge. */
final class Onnx {
  private static final int BATCH = 2;

  private Onnx() {}

  /** All outputs on the same random inputs, optimisations off. */
  static List<float[]> outputs(Model model) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
      options.setIntraOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
      SplittableRandom random = new SplittableRandom(7);
      for (ValueInfo input : model.graph().inputs()) {
        Shape shape = input.shape(BATCH);
        float[] values = new float[(int) shape.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (2 * random.nextDouble() - 1);
        }
        inputs.put(
            input.name(),
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape.toArray()));
      }
      try (OrtSession session = environment.createSession(new OnnxFormat().bytes(model), options);
          OrtSession.Result result = session.run(inputs)) {
        List<float[]> outputs = new ArrayList<>();
        for (Map.Entry<String, ai.onnxruntime.OnnxValue> entry : result) {
          FloatBuffer buffer = ((OnnxTensor) entry.getValue()).getFloatBuffer();
          float[] values = new float[buffer.remaining()];
          buffer.get(values);
          outputs.add(values);
        }
        return outputs;
      } finally {
        inputs.values().forEach(OnnxTensor::close);
      }
    } catch (OrtException e) {
      throw new AssertionError("ONNX Runtime refuses the model: " + e.getMessage(), e);
    }
  }

  /** Asserts that two models give the same, relative to the largest output. */
  static void assertSame(Model expected, Model actual, double tolerance) {
    List<float[]> asked = outputs(expected);
    List<float[]> found = outputs(actual);
    assertThat(found).hasSameSizeAs(asked);
    for (int i = 0; i < asked.size(); i++) {
      float[] a = asked.get(i);
      float[] b = found.get(i);
      assertThat(b).hasSameSizeAs(a);
      double largest = 1;
      double difference = 0;
      for (int j = 0; j < a.length; j++) {
        assertThat(Float.isFinite(a[j])).as("output %d is finite", j).isTrue();
        largest = Math.max(largest, Math.abs(a[j]));
        difference = Math.max(difference, Math.abs(a[j] - b[j]));
      }
      assertThat(difference / largest)
          .as("difference of output '%s'", expected.graph().outputs().get(i).name())
          .isLessThanOrEqualTo(tolerance);
    }
  }
}
