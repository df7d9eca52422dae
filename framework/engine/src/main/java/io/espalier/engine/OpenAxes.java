package io.espalier.engine;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Graph;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.ValueInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * Axes of a graph's inputs that its file leaves open. The first counts the samples; others, such as
 * the height and width of images, get the extents of the samples that the graph is trained on.
 */
final class OpenAxes {
  private OpenAxes() {}

  /** The model with open axes behind the first set to a sample's extents. */
  static Model bind(Model model, Shape sample) {
    Graph graph = model.graph();
    List<ValueInfo> inputs = graph.inputs().stream().map(input -> bind(input, sample)).toList();
    return inputs.equals(graph.inputs()) ? model : with(model, inputs);
  }

  private static ValueInfo bind(ValueInfo input, Shape sample) {
    List<ValueInfo.Dimension> dims = new ArrayList<>(input.dims());
    if (dims.size() == sample.rank() + 1) {
      for (int axis = 1; axis < dims.size(); axis++) {
        if (dims.get(axis) instanceof ValueInfo.Open) {
          dims.set(axis, new ValueInfo.Known(sample.dim(axis - 1)));
        }
      }
    }
    return new ValueInfo(input.name(), input.type(), dims);
  }

  private static Model with(Model model, List<ValueInfo> inputs) {
    Graph graph = model.graph();
    return new Model(
        new Graph(graph.name(), graph.nodes(), inputs, graph.outputs(), graph.opsets()),
        model.tensors(),
        model.masks(),
        model.codebooks(),
        model.history());
  }

  /**
   * The input with its first axis open, whatever its file says.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) if it has no such axis or others are open
   */
  static ValueInfo openFirst(ValueInfo input) {
    List<ValueInfo.Dimension> dims = new ArrayList<>(input.dims());
    if (dims.isEmpty()) {
      throw new EspalierException(
          FailureCode.MODEL, "input '%s' has no axis for samples".formatted(input.name()));
    }
    if (dims.stream().skip(1).anyMatch(ValueInfo.Open.class::isInstance)) {
      throw new EspalierException(
          FailureCode.MODEL,
          "input '%s' leaves more axes open than that of the samples; it takes its extents from samples of %d axes"
              .formatted(input, dims.size() - 1));
    }
    dims.set(0, new ValueInfo.Open("batch"));
    return new ValueInfo(input.name(), input.type(), dims);
  }

  /** The number of samples that an input's file fixes; 0 if it fixes none. */
  static long fixedSamples(ValueInfo input) {
    return input.dims().get(0) instanceof ValueInfo.Known known ? known.size() : 0;
  }
}
