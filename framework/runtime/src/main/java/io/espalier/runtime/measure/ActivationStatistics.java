package io.espalier.runtime.measure;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import io.espalier.api.DataType;
import io.espalier.api.Dataset;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Graph;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.Statistic;
import io.espalier.api.Statistics;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import io.espalier.core.LayerValues;
import io.espalier.core.OnnxFormat;
import io.espalier.core.Shapes;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Statistics of activations, measured with ONNX Runtime on a graph whose inner values are outputs
 * too. Inference only: the model is not touched. Besides one batch it keeps a number for each
 * channel, and for second moments a number for each pair of columns.
 */
public final class ActivationStatistics {
  private static final int BATCH = 32;

  private ActivationStatistics() {}

  /** An activation that counts in place of the one in the graph, see {@link #collect}. */
  public enum Activation {
    /** {@code max(x, 0)}. */
    RELU,
    /** {@code min(max(x, 0), 6)}. */
    RELU6,
    /** {@code x} times the normal distribution function of {@code x}, by its tanh form. */
    GELU;

    float of(float x) {
      return switch (this) {
        case RELU -> Math.max(x, 0);
        case RELU6 -> Math.min(Math.max(x, 0), 6);
        case GELU ->
            (float)
                (0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))));
      };
    }
  }

  /**
   * Measures.
   *
   * @param split samples as large as the model's input
   * @param samples how many of them, from the first on; all if it has fewer
   * @param kinds what to measure of each layer; kinds that are not of activations are left out
   * @param activation applied to what the layer gives before its activation, in place of the one in
   *     the graph
   * @throws EspalierException {@link FailureCode#MODEL} if ONNX Runtime refuses the model or a
   *     layer's values cannot be found; {@link FailureCode#DATA} if samples do not fit
   */
  public static Statistics collect(
      Model model,
      Dataset.Split split,
      int samples,
      List<Layer> layers,
      Set<Statistic> kinds,
      Optional<Activation> activation) {
    List<ActivationTally> tallies = tallies(model, layers, kinds, activation);
    if (tallies.isEmpty()) {
      return Statistics.NONE;
    }
    byte[] onnx = new OnnxFormat().bytes(watched(model, tallies));
    try (OnnxSession session =
        OnnxSession.open(onnx, "the model", Runtime.getRuntime().availableProcessors())) {
      run(session, split, Math.min(samples, split.size()), tallies);
    }
    Map<Statistic, Map<String, Tensor>> values = new EnumMap<>(Statistic.class);
    for (ActivationTally tally : tallies) {
      values
          .computeIfAbsent(tally.kind(), kind -> new LinkedHashMap<>())
          .put(tally.layer().weight(), tally.result());
    }
    return new Statistics(values);
  }

  private static List<ActivationTally> tallies(
      Model model, List<Layer> layers, Set<Statistic> kinds, Optional<Activation> activation) {
    List<ActivationTally> tallies = new ArrayList<>();
    for (Statistic kind : kinds) {
      if (kind.source() == Statistic.Source.ACTIVATIONS) {
        for (Layer layer : layers) {
          tallies.add(ActivationTally.of(kind, layer, LayerValues.of(model, layer), activation));
        }
      }
    }
    return tallies;
  }

  /** The model with the tallies' values as further outputs. */
  private static Model watched(Model model, List<ActivationTally> tallies) {
    Map<String, Shape> shapes = Shapes.infer(model, 1);
    Map<String, ValueInfo> outputs = new LinkedHashMap<>();
    model.graph().outputs().forEach(output -> outputs.put(output.name(), output));
    String input = model.graph().inputs().get(0).name();
    for (ActivationTally tally : tallies) {
      if (!tally.value().equals(input)) {
        outputs.computeIfAbsent(tally.value(), value -> info(value, shapes));
      }
    }
    Graph graph = model.graph();
    return new Model(
        new Graph(
            graph.name(),
            graph.nodes(),
            graph.inputs(),
            List.copyOf(outputs.values()),
            graph.opsets()),
        model.tensors(),
        Map.of(),
        Map.of(),
        List.of());
  }

  private static ValueInfo info(String value, Map<String, Shape> shapes) {
    Shape shape =
        Optional.ofNullable(shapes.get(value))
            .orElseThrow(
                () ->
                    new EspalierException(
                        FailureCode.MODEL, "value '" + value + "' has no known shape"));
    List<ValueInfo.Dimension> dims = new ArrayList<>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      dims.add(axis == 0 ? new ValueInfo.Open("") : new ValueInfo.Known(shape.dim(axis)));
    }
    return new ValueInfo(value, DataType.FLOAT, dims);
  }

  private static void run(
      OnnxSession session, Dataset.Split split, int count, List<ActivationTally> tallies) {
    Samples samples = Samples.of(session, split, Optional.empty());
    int batch = session.batch(BATCH);
    boolean open = session.inputShape()[0] < 0;
    float[] values = new float[batch * samples.floats()];
    FloatBuffer direct = Evaluator.directFloats(values.length);
    for (int first = 0; first < count; first += batch) {
      int taken = Math.min(batch, count - first);
      int rows = open ? taken : batch;
      samples.read(first, taken, values);
      direct.clear().put(values, 0, rows * samples.floats()).flip();
      try (OnnxTensor tensor = session.tensor(direct, samples.shape(rows));
          OrtSession.Result result = session.run(tensor)) {
        for (ActivationTally tally : tallies) {
          boolean input = tally.value().equals(session.input());
          OnnxTensor value = input ? tensor : session.output(result, tally.value());
          tally.add(value.getFloatBuffer(), value.getInfo().getShape(), taken);
        }
      }
    }
  }
}
