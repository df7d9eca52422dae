package io.espalier.engine;

import io.espalier.api.DataType;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Graph;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import io.espalier.core.Inference;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The part of a model that its first output depends on, with the shape of one sample of each value.
 *
 * <p>In a training, the first axis of every value that comes from the data counts the samples. A
 * graph can also be taken as a computation without such an axis: then all of a value is one sample.
 */
final class TrainableGraph {
  private static final long PROBE = 2;
  private static final long OTHER_PROBE = 3;

  private final Model model;
  private final List<Node> nodes;
  private final boolean batched;
  private final Inference inference;
  private final Inference otherInference;

  private TrainableGraph(Model model, List<Node> nodes, boolean batched) {
    this.model = model;
    this.nodes = nodes;
    this.batched = batched;
    Model open = batched ? withOpenBatch(model, nodes) : only(model, nodes, model.graph().inputs());
    long written = batched ? OpenAxes.fixedSamples(model.graph().inputs().get(0)) : 0;
    this.inference = Inference.of(open, PROBE, written);
    this.otherInference = batched ? Inference.of(open, OTHER_PROBE, written) : inference;
    nodes.stream().filter(node -> !isStatic(node)).forEach(Operators::of);
  }

  /**
   * The graph of a training.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) if the graph has an operator that cannot
   *     be trained, or not one input of floats and an output
   */
  static TrainableGraph of(Model model) {
    Graph graph = model.graph();
    if (graph.inputs().size() != 1 || graph.outputs().isEmpty()) {
      throw new EspalierException(
          FailureCode.MODEL,
          "graph '%s' has inputs %s and outputs %s; training needs one input and an output"
              .formatted(graph.name(), names(graph.inputs()), names(graph.outputs())));
    }
    ValueInfo input = graph.inputs().get(0);
    if (input.type() != DataType.FLOAT) {
      throw new EspalierException(
          FailureCode.MODEL,
          "input '%s' is %s, but samples are float; export the model without what turns its input into float"
              .formatted(input.name(), input.type()));
    }
    Graph first =
        new Graph(
            graph.name(),
            graph.nodes(),
            graph.inputs(),
            graph.outputs().subList(0, 1),
            graph.opsets());
    return of(new Model(first, model.tensors(), Map.of(), Map.of(), List.of()), true);
  }

  /**
   * The graph of a computation.
   *
   * @param batched whether the first axis of every value counts samples
   * @throws EspalierException ({@link FailureCode#MODEL}) as for a training
   */
  static TrainableGraph of(Model model, boolean batched) {
    Operators.requireKnown(model.graph());
    return new TrainableGraph(model, needed(model.graph()), batched);
  }

  private static List<String> names(List<ValueInfo> infos) {
    return infos.stream().map(ValueInfo::name).toList();
  }

  /** The nodes that the outputs follow from. */
  static List<Node> needed(Graph graph) {
    Map<String, Node> producers = new HashMap<>();
    graph.nodes().forEach(node -> node.outputs().forEach(out -> producers.put(out, node)));
    Set<Node> found = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    graph.outputs().forEach(output -> open.add(output.name()));
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
    return only(model, nodes, model.graph().inputs().stream().map(OpenAxes::openFirst).toList());
  }

  private static Model only(Model model, List<Node> nodes, List<ValueInfo> inputs) {
    Graph graph = model.graph();
    return new Model(
        new Graph(graph.name(), nodes, inputs, graph.outputs(), graph.opsets()),
        model.tensors(),
        Map.of(),
        Map.of(),
        List.of());
  }

  /** In topological order; those whose outputs are constants are left out. */
  List<Node> nodes() {
    return nodes.stream().filter(node -> !isStatic(node)).toList();
  }

  /** Whether the first axis of every value counts samples. */
  boolean batched() {
    return batched;
  }

  List<String> inputs() {
    return names(model.graph().inputs());
  }

  String output() {
    return model.graph().outputs().get(0).name();
  }

  /** Whether the elements of all outputs of a node are known before any data comes. */
  private boolean isStatic(Node node) {
    return !keepsWeight(node)
        && node.outputs().stream()
            .allMatch(
                output ->
                    output.isEmpty()
                        || (inference.constants().containsKey(output)
                            && otherInference.constants().containsKey(output)));
  }

  /** Whether a weight goes through a node and is still trained: as it is, or for each sample. */
  private boolean keepsWeight(Node node) {
    return node.type().equals("Identity")
        || (node.type().equals("Expand")
            && model.tensors().containsKey(node.inputs().get(0))
            && sampleOf(node.outputs().get(0)).isPresent());
  }

  /**
   * What follows from tensors and shapes, whatever the number of samples. The same for each sample
   * of a batch is a constant whose first axis has an extent of 1.
   */
  Map<String, Tensor> constants() {
    Map<String, Tensor> constants = new HashMap<>();
    inference
        .constants()
        .forEach(
            (name, tensor) -> {
              Tensor other = otherInference.constants().get(name);
              if (Objects.equals(tensor, other)) {
                constants.put(name, tensor);
              } else if (sampleOf(name).isPresent()) {
                row(tensor).ifPresent(row -> constants.put(name, row));
              }
            });
    return constants;
  }

  /** The one row that all rows of a tensor are, if they are. */
  private static Optional<Tensor> row(Tensor tensor) {
    int rows = (int) tensor.shape().dim(0);
    int bytes = tensor.bytes().limit() / rows;
    ByteBuffer first = tensor.bytes().slice(0, bytes);
    for (int i = 1; i < rows; i++) {
      if (!tensor.bytes().slice(i * bytes, bytes).equals(first)) {
        return Optional.empty();
      }
    }
    long[] dims = tensor.shape().toArray();
    dims[0] = 1;
    return Optional.of(Tensor.of(tensor.name(), tensor.type(), Shape.of(dims), first));
  }

  long opset() {
    return model.graph().opsets().getOrDefault("", 1L);
  }

  Map<String, Tensor> tensors() {
    return model.tensors();
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
                    ("%s '%s' has shape %s for 2 samples and %s for 3; training needs the samples"
                            + " along the first axis of every value")
                        .formatted(
                            producer(value)
                                .map(n -> "node '%s' (%s): output".formatted(n.name(), n.type()))
                                .orElse("value"),
                            value,
                            inference.shapes().get(value),
                            otherInference.shapes().get(value))));
  }

  private Optional<Shape> sampleOf(String value) {
    Shape two = inference.shapes().get(value);
    if (!batched) {
      return Optional.ofNullable(two);
    }
    Shape three = otherInference.shapes().get(value);
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
    long sum = 0;
    for (String input : inputs()) {
      sum += sample(input).size();
    }
    for (Node node : nodes) {
      for (String output : node.outputs()) {
        sum += sampleOf(output).map(Shape::size).orElse(0L);
      }
    }
    return sum;
  }

  /** The node that computes a value, those with constant outputs among them. */
  Optional<Node> producer(String value) {
    return nodes.stream().filter(node -> node.outputs().contains(value)).findFirst();
  }

  boolean isOutput(String value) {
    return model.graph().outputs().stream().anyMatch(output -> output.name().equals(value));
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
