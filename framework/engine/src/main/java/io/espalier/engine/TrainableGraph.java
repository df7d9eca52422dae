package io.espalier.engine;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Graph;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import io.espalier.core.Shapes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The part of a model that its first output depends on, with the shape of one sample of each value.
 * The first axis of every value that comes from the data must count the samples.
 */
final class TrainableGraph {
  private static final long PROBE = 2;
  private static final long OTHER_PROBE = 3;

  private final Model model;
  private final List<Node> nodes;
  private final Map<String, Shape> shapes;
  private final Map<String, Shape> otherShapes;

  private TrainableGraph(Model model, List<Node> nodes) {
    this.model = model;
    this.nodes = nodes;
    Model open = withOpenBatch(model, nodes);
    this.shapes = Shapes.infer(open, PROBE);
    this.otherShapes = Shapes.infer(open, OTHER_PROBE);
  }

  /**
   * @throws EspalierException ({@link FailureCode#MODEL}) if the graph has an operator that cannot
   *     be trained, or not one input and an output
   */
  static TrainableGraph of(Model model) {
    Graph graph = model.graph();
    if (graph.inputs().size() != 1 || graph.outputs().isEmpty()) {
      throw new EspalierException(
          FailureCode.MODEL,
          "graph '%s' has inputs %s and outputs %s; training needs one input and an output"
              .formatted(graph.name(), names(graph.inputs()), names(graph.outputs())));
    }
    List<Node> nodes = needed(graph);
    nodes.forEach(Operators::of);
    return new TrainableGraph(model, nodes);
  }

  private static List<String> names(List<ValueInfo> infos) {
    return infos.stream().map(ValueInfo::name).toList();
  }

  private static List<Node> needed(Graph graph) {
    Map<String, Node> producers = new HashMap<>();
    graph.nodes().forEach(node -> node.outputs().forEach(out -> producers.put(out, node)));
    Set<Node> found = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    open.add(graph.outputs().get(0).name());
    while (!open.isEmpty()) {
      Node producer = producers.get(open.remove());
      if (producer != null && found.add(producer)) {
        open.addAll(producer.inputs());
      }
    }
    return graph.nodes().stream().filter(found::contains).toList();
  }

  /** A graph whose first axis is fixed, as exporters write it, is trained on batches too. */
  private static Model withOpenBatch(Model model, List<Node> nodes) {
    Graph graph = model.graph();
    ValueInfo input = graph.inputs().get(0);
    if (input.dims().isEmpty()) {
      throw new EspalierException(
          FailureCode.MODEL, "input '%s' has no axis for samples".formatted(input.name()));
    }
    List<ValueInfo.Dimension> dims = new ArrayList<>(input.dims());
    dims.set(0, new ValueInfo.Open("batch"));
    return new Model(
        new Graph(
            graph.name(),
            nodes,
            List.of(new ValueInfo(input.name(), input.type(), dims)),
            List.of(openFirst(graph.outputs().get(0))),
            graph.opsets()),
        model.tensors(),
        Map.of(),
        Map.of(),
        List.of());
  }

  private static ValueInfo openFirst(ValueInfo info) {
    List<ValueInfo.Dimension> dims = new ArrayList<>(info.dims());
    if (!dims.isEmpty()) {
      dims.set(0, new ValueInfo.Open("batch"));
    }
    return new ValueInfo(info.name(), info.type(), dims);
  }

  /** In topological order. */
  List<Node> nodes() {
    return nodes;
  }

  String input() {
    return model.graph().inputs().get(0).name();
  }

  String output() {
    return model.graph().outputs().get(0).name();
  }

  long opset() {
    return model.graph().opsets().getOrDefault("", 1L);
  }

  boolean isInitialiser(Tensor tensor) {
    return model.tensors().get(tensor.name()) == tensor;
  }

  /**
   * Shape of one sample of a value.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) if its first axis does not count samples
   */
  Shape sample(String value) {
    return sampleOf(value)
        .orElseThrow(
            () ->
                new EspalierException(
                    FailureCode.MODEL,
                    ("value '%s' has shape %s for 2 samples and %s for 3; training needs the samples"
                            + " along the first axis of every value")
                        .formatted(value, shapes.get(value), otherShapes.get(value))));
  }

  private Optional<Shape> sampleOf(String value) {
    Shape two = shapes.get(value);
    Shape three = otherShapes.get(value);
    if (two == null || three == null || two.rank() == 0 || two.rank() != three.rank()) {
      return Optional.empty();
    }
    List<Long> tail = two.dims().subList(1, two.rank());
    boolean counts = two.dim(0) == PROBE && three.dim(0) == OTHER_PROBE;
    return counts && tail.equals(three.dims().subList(1, three.rank()))
        ? Optional.of(new Shape(tail))
        : Optional.empty();
  }

  /** Floats of all values of one sample. */
  long floatsPerSample() {
    long sum = sample(input()).size();
    for (Node node : nodes) {
      for (String output : node.outputs()) {
        sum += sampleOf(output).map(Shape::size).orElse(0L);
      }
    }
    return sum;
  }

  /** How many inputs of nodes a value is. */
  long uses(String value) {
    return nodes.stream().flatMap(n -> n.inputs().stream()).filter(value::equals).count();
  }

  /** The only node that a value goes into, if there is just one and the value is no output. */
  Optional<Node> soleConsumer(String value) {
    List<Node> consumers = nodes.stream().filter(n -> n.inputs().contains(value)).toList();
    return consumers.size() == 1 && !value.equals(output())
        ? Optional.of(consumers.get(0))
        : Optional.empty();
  }
}
