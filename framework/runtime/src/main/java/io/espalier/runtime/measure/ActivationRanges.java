package io.espalier.runtime.measure;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import io.espalier.api.DataType;
import io.espalier.api.Dataset;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Graph;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.ValueInfo;
import io.espalier.core.Int8Model.Range;
import io.espalier.core.OnnxFormat;
import io.espalier.core.Shapes;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures the least and the greatest value of activations with ONNX Runtime, on samples that lie
 * evenly over a split. Inference only: the model is not changed.
 */
public final class ActivationRanges {
  private static final int BATCH = 32;

  private ActivationRanges() {}

  /**
   * The ranges of some values.
   *
   * @param names inputs of the graph and outputs of its nodes
   * @param count the most samples to measure with
   * @throws EspalierException {@link FailureCode#MODEL} if ONNX Runtime refuses the model, {@link
   *     FailureCode#NUMERIC} if an activation is not finite
   */
  public static Map<String, Range> measure(
      Model model, List<String> names, Dataset dataset, int count) {
    Map<String, Range> ranges = new LinkedHashMap<>();
    Dataset.Split split = dataset.train();
    int samples = Math.min(count, split.size());
    int floats = (int) dataset.sample().size();
    String input = model.graph().inputs().get(0).name();
    byte[] watched = new OnnxFormat().bytes(watched(model, names));
    try (OnnxSession session =
        OnnxSession.open(watched, "the model", Runtime.getRuntime().availableProcessors())) {
      int batch = session.batch(BATCH);
      float[] values = new float[batch * floats];
      FloatBuffer direct = Evaluator.directFloats(values.length);
      for (int first = 0; first < samples; first += batch) {
        for (int i = 0; i < batch; i++) {
          int sample = (int) ((long) Math.min(first + i, samples - 1) * split.size() / samples);
          split.read(sample, values, i * floats);
        }
        direct.clear().put(values).flip();
        try (OnnxTensor tensor = session.tensor(direct, shape(batch, dataset.sample()));
            OrtSession.Result result = session.run(tensor)) {
          for (String name : names) {
            FloatBuffer seen =
                name.equals(input)
                    ? direct
                    : ((OnnxTensor) result.get(name).orElseThrow()).getFloatBuffer();
            widen(ranges, name, seen);
          }
        }
      }
    }
    return ranges;
  }

  private static long[] shape(int batch, Shape sample) {
    long[] shape = new long[sample.rank() + 1];
    shape[0] = batch;
    System.arraycopy(sample.toArray(), 0, shape, 1, sample.rank());
    return shape;
  }

  /** The model with some inner values among its outputs. */
  private static Model watched(Model model, List<String> names) {
    Graph graph = model.graph();
    Map<String, Shape> shapes = Shapes.infer(model, 1);
    List<ValueInfo> outputs = new ArrayList<>(graph.outputs());
    for (String name : names) {
      boolean known =
          outputs.stream().anyMatch(output -> output.name().equals(name))
              || graph.inputs().stream().anyMatch(input -> input.name().equals(name));
      if (!known) {
        int rank = shapes.getOrDefault(name, Shape.of(1, 1)).rank();
        List<ValueInfo.Dimension> dims = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
          dims.add(new ValueInfo.Open(""));
        }
        outputs.add(new ValueInfo(name, DataType.FLOAT, dims));
      }
    }
    return Model.of(
        new Graph(graph.name(), graph.nodes(), graph.inputs(), outputs, graph.opsets()),
        model.tensors().values());
  }

  private static void widen(Map<String, Range> ranges, String name, FloatBuffer values) {
    Range before = ranges.getOrDefault(name, new Range(0, 0));
    float least = before.least();
    float greatest = before.greatest();
    for (int i = 0; i < values.limit(); i++) {
      float value = values.get(i);
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
    if (!Float.isFinite(greatest - least)) {
      throw new EspalierException(
          FailureCode.NUMERIC,
          "activation '%s' runs from %s to %s; it cannot be quantised"
              .formatted(name, least, greatest));
    }
    ranges.put(name, new Range(least, greatest));
  }
}
