package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.core.OnnxFormat;
import io.espalier.core.TutorialCnn;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The engine computes what ONNX Runtime computes. */
class ForwardTest {
  static final int SAMPLES = 5;

  @Test
  void tutorialNetwork() throws OrtException {
    Model model = TutorialCnn.build(3);
    assertSame(model, new Net(Shape.of(1, 28, 28), 1).data(SAMPLES, 10));
  }

  @Test
  void windowsOfAllKinds() throws OrtException {
    Net net = new Net(Shape.of(2, 17, 15), 5);
    net.conv(6, 3, 2, true, new Net.Window(2, 1, 1, 2, List.of(1L, 0L, 2L, 1L), 2)).relu();
    net.pool("MaxPool", 3, 3, new Net.Window(2, 1, 1, 1, List.of(1L, 0L, 1L, 1L), 1));
    net.conv(6, 3, 3, false, new Net.Window(1, 1, 1, 1, List.of(1L, 1L, 1L, 1L), 6));
    net.pool("AveragePool", 2, 3, new Net.Window(1, 2, 1, 1, List.of(0L, 1L, 1L, 1L), 1));
    assertSame(net.classifier(7), net.data(SAMPLES, 7));
  }

  @Test
  void normalisesWithRunningStatistics() throws OrtException {
    Net net = new Net(Shape.of(2, 9, 8), 6);
    String fork = net.normalise().conv(6, 3, 3, true, Net.Window.PLAIN).normalise().top();
    net.relu().conv(6, 1, 1, false, Net.Window.PLAIN).normalise().add(fork);
    net.flatten().dense(5).normalise();
    assertSame(net.model(), net.data(SAMPLES, 5));
  }

  /** Checks the outputs for the first samples, with both kinds of kernels. */
  static void assertSame(Model model, ArrayData data) throws OrtException {
    for (Supplier<Kernels> kernels :
        List.<Supplier<Kernels>>of(PlainKernels::new, VectorKernels::new)) {
      float[][] expected = runtime(model, data);
      float[][] actual = engine(model, data, kernels.get(), SAMPLES);
      for (int s = 0; s < SAMPLES; s++) {
        for (int c = 0; c < expected[s].length; c++) {
          assertThat(actual[s][c])
              .isCloseTo(expected[s][c], within(1e-5f * (1 + Math.abs(expected[s][c]))));
        }
      }
    }
  }

  /** The first output for the first samples, one by one. */
  static float[][] engine(Model model, ArrayData data, Kernels kernels, int samples) {
    ExecutionPlan plan = ExecutionPlan.compile(model);
    TrainingState state = new TrainingState(model, plan.layout(), new OptimizerChoice.Adam());
    Frame frame = new Frame(plan, kernels, state.weights());
    float[][] logits = new float[samples][plan.logits().size()];
    for (int s = 0; s < samples; s++) {
      frame.samples = 1;
      data.read(s, frame.data(plan.input()), 0);
      plan.forward(frame);
      System.arraycopy(frame.data(plan.logits()), 0, logits[s], 0, logits[s].length);
    }
    return logits;
  }

  private static float[][] runtime(Model model, ArrayData data) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] shape = new long[data.sample().rank() + 1];
    shape[0] = SAMPLES;
    System.arraycopy(data.sample().toArray(), 0, shape, 1, data.sample().rank());
    try (OrtSession session = environment.createSession(new OnnxFormat().bytes(model));
        OnnxTensor samples =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(data.samples()), shape);
        OrtSession.Result result =
            session.run(Map.of(session.getInputNames().iterator().next(), samples))) {
      return (float[][]) result.get(0).getValue();
    }
  }
}
