package io.espalier.runtime.measure;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A model with one float input, loaded into ONNX Runtime. Not for several threads at once.
 *
 * <p>Failures of ONNX Runtime are {@link FailureCode#MODEL} and carry its message.
 */
final class OnnxSession implements AutoCloseable {
  private static final long OPEN = -1;

  private final String source;
  private final OrtSession session;
  private final String input;
  private final long[] inputShape;

  private OnnxSession(String source, OrtSession session, String input, long[] inputShape) {
    this.source = source;
    this.session = session;
    this.input = input;
    this.inputShape = inputShape;
  }

  /** Creates the one environment of the process on first use. */
  private static final class Environment {
    static final OrtEnvironment SHARED = create();

    private static OrtEnvironment create() {
      OrtEnvironment environment =
          OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "espalier");
      try {
        environment.setTelemetry(false);
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime does not start: " + e.getMessage(), e);
      }
      return environment;
    }
  }

  private interface Loader {
    OrtSession load(OrtEnvironment environment, OrtSession.SessionOptions options)
        throws OrtException;
  }

  static OnnxSession open(byte[] onnx, String source, int threads) {
    return open(
        source, threads, (environment, options) -> environment.createSession(onnx, options));
  }

  static OnnxSession open(Path onnx, int threads) {
    return open(
        onnx.toString(),
        threads,
        (environment, options) -> environment.createSession(onnx.toString(), options));
  }

  private static OnnxSession open(String source, int threads, Loader loader) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      OrtSession session = loader.load(Environment.SHARED, options);
      try {
        return describe(source, session);
      } catch (OrtException | RuntimeException e) {
        session.close();
        throw e;
      }
    } catch (OrtException e) {
      throw refused(source, e);
    }
  }

  private static OnnxSession describe(String source, OrtSession session) throws OrtException {
    Map<String, NodeInfo> inputs = session.getInputInfo();
    if (inputs.size() != 1) {
      throw new EspalierException(
          FailureCode.MODEL,
          "%s has inputs %s; a model with exactly one input can be measured"
              .formatted(source, inputs.keySet()));
    }
    NodeInfo info = inputs.values().iterator().next();
    if (!(info.getInfo() instanceof TensorInfo tensor) || tensor.type != OnnxJavaType.FLOAT) {
      throw new EspalierException(
          FailureCode.MODEL,
          "input '%s' of %s is %s; only float input can be measured"
              .formatted(info.getName(), source, info.getInfo()));
    }
    if (tensor.getShape().length == 0) {
      throw new EspalierException(
          FailureCode.MODEL,
          "input '%s' of %s is a scalar; its first axis must be the batch"
              .formatted(info.getName(), source));
    }
    return new OnnxSession(source, session, info.getName(), tensor.getShape());
  }

  /** Where the model came from, for messages. */
  String source() {
    return source;
  }

  String input() {
    return input;
  }

  /** Extents of the input, batch first; -1 is open. */
  long[] inputShape() {
    return inputShape.clone();
  }

  /** The batch size the model insists on, or {@code wanted} if any will do. */
  int batch(int wanted) {
    return inputShape[0] == OPEN ? wanted : Math.toIntExact(inputShape[0]);
  }

  /** For instance {@code batch x 1 x 28 x 28}. */
  String inputText() {
    return Arrays.stream(inputShape)
        .mapToObj(extent -> extent == OPEN ? "any" : Long.toString(extent))
        .collect(Collectors.joining(" x "));
  }

  /** A tensor over a direct buffer, which may be refilled between runs. */
  OnnxTensor tensor(FloatBuffer direct, long[] shape) {
    try {
      return OnnxTensor.createTensor(Environment.SHARED, direct, shape);
    } catch (OrtException e) {
      throw refused(source, e);
    }
  }

  /** The model's outputs; to be closed by the caller. */
  OrtSession.Result run(OnnxTensor tensor) {
    try {
      return session.run(Map.of(input, tensor));
    } catch (OrtException e) {
      throw refused(source, e);
    }
  }

  /**
   * An output by its name.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) if the model gives no float tensor there
   */
  OnnxTensor output(OrtSession.Result result, String name) {
    if (result.get(name).orElse(null) instanceof OnnxTensor tensor
        && tensor.getInfo().type == OnnxJavaType.FLOAT) {
      return tensor;
    }
    throw new EspalierException(
        FailureCode.MODEL, "%s gives no float tensor '%s'".formatted(source, name));
  }

  /**
   * The first output, as rows of scores.
   *
   * @return the scores in row-major order, as long as {@code rows} rows of {@code columns}
   * @throws EspalierException ({@link FailureCode#DATA}) if the model gives another shape
   */
  FloatBuffer scores(OrtSession.Result result, int rows, int columns) {
    OnnxValue value = result.get(0);
    if (value instanceof OnnxTensor scores
        && scores.getInfo().type == OnnxJavaType.FLOAT
        && Arrays.equals(scores.getInfo().getShape(), new long[] {rows, columns})) {
      return scores.getFloatBuffer();
    }
    throw new EspalierException(
        FailureCode.DATA,
        "the first output of %s is %s; a data set with %d classes needs float scores of shape %d x %d"
            .formatted(
                source,
                value instanceof OnnxTensor scores ? scores.getInfo() : value,
                columns,
                rows,
                columns));
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw refused(source, e);
    }
  }

  private static EspalierException refused(String source, OrtException e) {
    return new EspalierException(
        FailureCode.MODEL, "ONNX Runtime refuses %s: %s".formatted(source, e.getMessage()), e);
  }
}
