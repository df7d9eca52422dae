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
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files as exporters write them are read, compute what ONNX Runtime computes, and are trained. */
class OrdinaryNetworksTest {
  private static final int SAMPLES = 6;

  private static ArrayData data() {
    Shape sample =
        Shape.of(OrdinaryNetworks.CHANNELS, OrdinaryNetworks.SIDE, OrdinaryNetworks.SIDE);
    return new Net(sample, 3).data(SAMPLES, OrdinaryNetworks.CLASSES);
  }

  static Stream<String> names() {
    return networks().keySet().stream();
  }

  private static Map<String, Supplier<byte[]>> networks() {
    Map<String, Supplier<byte[]>> all = new TreeMap<>(OrdinaryNetworks.ALL);
    all.putAll(SpelledOutNetworks.ALL);
    all.putAll(BlockNetworks.ALL);
    return all;
  }

  private static byte[] file(String name) {
    return Objects.requireNonNull(networks().get(name)).get();
  }

  private static Model read(byte[] file) {
    return new OnnxFormat().parse(file, "model.onnx");
  }

  private static float[][] runtime(byte[] file, ArrayData data) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    int size = (int) data.sample().size();
    float[][] all = new float[SAMPLES][];
    try (OrtSession session = environment.createSession(file)) {
      for (int s = 0; s < SAMPLES; s++) {
        FloatBuffer one = FloatBuffer.wrap(data.samples(), s * size, size).slice();
        long[] shape = {1, data.sample().dim(0), data.sample().dim(1), data.sample().dim(2)};
        try (OnnxTensor tensor = OnnxTensor.createTensor(environment, one, shape);
            OrtSession.Result result = session.run(Map.of("x", tensor))) {
          all[s] = ((float[][]) result.get(0).getValue())[0];
        }
      }
    }
    return all;
  }

  private static void assertSame(Model model, byte[] file, ArrayData data) throws OrtException {
    float[][] expected = runtime(file, data);
    float[][] actual = ForwardTest.engine(model, data, new VectorKernels(), SAMPLES);
    for (int s = 0; s < SAMPLES; s++) {
      for (int c = 0; c < expected[s].length; c++) {
        assertThat(actual[s][c])
            .isCloseTo(expected[s][c], within(2e-5f * (1 + Math.abs(expected[s][c]))));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void areReadAsOnnxRuntimeReadsThem(String name) throws OrtException {
    byte[] file = file(name);
    assertSame(read(file), file, data());
  }

  @ParameterizedTest
  @MethodSource("names")
  void areWhatOnnxRuntimeReadsAfterATrainingToo(String name) throws OrtException {
    Model before = read(file(name));
    Model after = Trainings.train(before, data(), Trainings.ADAM);

    assertThat(after.tensors().values()).isNotEqualTo(before.tensors().values());
    assertSame(after, new OnnxFormat().bytes(after), data());
  }

  @ParameterizedTest
  @MethodSource("names")
  void computeTheSameOnAnyNumberOfThreads(String name) {
    Model before = read(file(name));
    assertThat(Trainings.train(before, data(), Trainings.threads(3)))
        .isEqualTo(Trainings.train(before, data(), Trainings.threads(1)));
  }
}
