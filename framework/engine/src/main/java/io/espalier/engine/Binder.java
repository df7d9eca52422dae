package io.espalier.engine;

import io.espalier.api.DataType;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Compiles one model into an execution plan. Operators ask it for their inputs, parameters and
 * buffers, and give it their operations.
 */
final class Binder {
  private final TrainableGraph graph;
  private final int tile;
  private final Map<String, Tensor> constants;
  private final Map<String, Value> named = new HashMap<>();
  private final Segments segments = new Segments();
  private final List<Operation> operations = new ArrayList<>();
  private final List<String> nodes = new ArrayList<>();
  private final ParameterTable parameters;
  private final Set<String> fused = new HashSet<>();
  private final List<Integer> floats = new ArrayList<>();
  private final List<Integer> ints = new ArrayList<>();
  private List<Value> inputs = List.of();
  private final Map<String, NormalisedLanes> normalised = new HashMap<>();
  private final Map<String, Value> planes = new HashMap<>();
  private final Map<String, Value> lanes = new HashMap<>();
  private final int[] scratch = new int[Frame.ROLES];
  private final List<Integer> shared = new ArrayList<>();

  private Binder(TrainableGraph graph, int roomByGroup) {
    this.graph = graph;
    parameters = new ParameterTable(roomByGroup);
    constants = graph.constants();
    constants.putAll(graph.tensors());
    tile =
        LaneUnits.anyIn(graph.nodes(), this)
            ? ExecutionPlan.LARGEST_TILE
            : ExecutionPlan.tileFor(graph.floatsPerSample());
    scratch(Frame.SUMS, 3 * LaneKernels.CHANNELS);
    scratch(Frame.CLIPPED, (long) Frame.ROWS * LaneKernels.CHANNELS);
  }

  /** The plan of a training. */
  static ExecutionPlan compile(Model model) {
    return bound(TrainableGraph.of(model)).compile();
  }

  /**
   * A binder of all nodes of a graph: bound once to learn how much room the parameters take whose
   * gradients are summed by group, and, if others lie behind them, once more.
   */
  static Binder bound(TrainableGraph graph) {
    Binder binder = new Binder(graph, 0).bind();
    return binder.parameters.complete()
        ? binder
        : new Binder(graph, binder.parameters.grouped()).bind();
  }

  /** One input, and an output that a loss can be computed from. */
  private ExecutionPlan compile() {
    Value input = inputs.get(0);
    Value logits = result(graph.output());
    if (logits.shape().rank() != 1 || logits.size() < 2) {
      throw new EspalierException(
          FailureCode.MODEL,
          "output '%s' has %s per sample; training needs one number for each of two or more classes"
              .formatted(graph.output(), logits.shape()));
    }
    if (!logits.trained()) {
      throw new EspalierException(
          FailureCode.MODEL, "output '%s' depends on no weights".formatted(graph.output()));
    }
    return plan(input, logits);
  }

  private Binder bind() {
    inputs = graph.inputs().stream().map(name -> define(name, false)).toList();
    for (Node node : graph.nodes()) {
      if (!fused.contains(node.name())) {
        Operators.of(node, graph.batched()).bind(node, this);
      }
    }
    return this;
  }

  /** The inputs of the graph. */
  List<Value> inputs() {
    return inputs;
  }

  /** The plan of what is bound. */
  ExecutionPlan plan(Value input, Value output) {
    return new ExecutionPlan(
        operations,
        nodes,
        segments.values(),
        input,
        output,
        parameters.layout(),
        new Reservations(floats, ints, Arrays.stream(scratch).boxed().toList(), shared),
        segments.cuts(input),
        tile,
        parameters.grouped());
  }

  /** Most samples in a frame. */
  int tile() {
    return tile;
  }

  /** Version of ONNX's own operator set that the graph is written in. */
  long opset() {
    return graph.opset();
  }

  /** How many axes of a whole value count samples: one, or none where all of it is one sample. */
  int sampleAxes() {
    return graph.batched() ? 1 : 0;
  }

  /** The constant that is an input of a node; empty if it differs from sample to sample. */
  Optional<Tensor> constant(Node node, int index) {
    return Optional.ofNullable(constants.get(node.inputs().get(index)));
  }

  /**
   * An input of a node that differs from sample to sample.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) if it is a constant
   */
  Value value(Node node, int index) {
    requireFromData(node, index);
    return value(node, node.inputs().get(index));
  }

  private void requireFromData(Node node, int index) {
    if (!node.hasInput(index) || constant(node, index).isPresent()) {
      throw refuse(node, "input " + index + " is a constant, where it must come from the data");
    }
  }

  /** Whether a node gives an output that something needs. */
  boolean isUsed(Node node, int output) {
    if (node.outputs().size() <= output || node.outputs().get(output).isEmpty()) {
      return false;
    }
    String name = node.outputs().get(output);
    return graph.isOutput(name) || graph.uses(name) > 0;
  }

  /** An output of the graph, row-major, after all nodes are bound. */
  Value result(String name) {
    List<Node> all = graph.nodes();
    if (all.isEmpty()) {
      throw new EspalierException(
          FailureCode.MODEL, "value '%s' does not come from the data".formatted(name));
    }
    return value(all.get(all.size() - 1), name);
  }

  /** A value row-major, for a node. */
  private Value value(Node node, String name) {
    Value value = named.get(name);
    if (value != null && value.lanes() == 0) {
      return segments.use(value);
    }
    if (value == null && !normalised.containsKey(name)) {
      throw new EspalierException(
          FailureCode.MODEL, "value '%s' does not come from the data".formatted(name));
    }
    Value copy = planes.get(name);
    if (copy == null) {
      LaneSource source = source(name);
      copy = unnamed(name, source.value().trained());
      planes.put(name, copy);
      addLayout(name, new LanesToPlanes(this, source, copy));
    }
    return segments.use(copy);
  }

  /**
   * An input of a node that differs from sample to sample, its channels side by side.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) if it is a constant
   */
  LaneSource lanes(Node node, int index) {
    requireFromData(node, index);
    String name = node.inputs().get(index);
    if (hasLanes(node, index)) {
      return source(name);
    }
    Value copy = lanes.get(name);
    if (copy == null) {
      Value value = value(node, name);
      copy =
          Value.ofLanes(
              segments.values().size(), name, value.shape(), value.trained(), Value.Buffers.ALL);
      segments.add(copy);
      lanes.put(name, copy);
      addLayout(name, new PlanesToLanes(value, copy));
    }
    return LaneSource.of(segments.use(copy));
  }

  /** Whether an input of a node is there with its channels side by side. */
  boolean hasLanes(Node node, int index) {
    String name = node.inputs().get(index);
    Value value = named.get(name);
    return normalised.containsKey(name) || (value != null && value.lanes() != 0);
  }

  private LaneSource source(String name) {
    NormalisedLanes behind = normalised.get(name);
    if (behind != null) {
      segments.use(behind.output());
      return LaneSource.of(behind);
    }
    return LaneSource.of(segments.use(Objects.requireNonNull(named.get(name), name)));
  }

  /** The only node that the output of a node goes into, if there is just one. */
  Optional<Node> soleConsumer(Node node) {
    return graph.soleConsumer(node.outputs().get(0));
  }

  /** The nodes that a value goes into. */
  List<Node> consumers(String value) {
    return graph.nodes().stream().filter(node -> node.inputs().contains(value)).toList();
  }

  /** The name of what the samples are written to. */
  String graphInput() {
    return graph.inputs().get(0);
  }

  boolean isConstant(String name) {
    return name.isEmpty() || constants.containsKey(name);
  }

  /** Shape of one sample of a node's output. */
  Shape sample(Node node) {
    return graph.sample(node.outputs().get(0));
  }

  /** Shape of one sample of an input of a node. */
  Shape sampleOf(Node node, int index) {
    return graph.sample(node.inputs().get(index));
  }

  /** A new value with buffers. */
  Value define(String name, boolean trained) {
    return define(name, graph.sample(name), trained);
  }

  /** A new value with buffers that is no value of the graph, but a part on the way to one. */
  Value define(String name, Shape sample, boolean trained) {
    Value value = segments.add(new Value(segments.values().size(), name, sample, trained));
    named.put(name, value);
    return value;
  }

  private Value unnamed(String name, boolean trained) {
    return segments.add(new Value(segments.values().size(), name, graph.sample(name), trained));
  }

  /** A new value whose channels lie side by side. */
  Value defineLanes(String name, boolean trained, Value.Buffers buffers) {
    Value value =
        segments.add(
            Value.ofLanes(segments.values().size(), name, graph.sample(name), trained, buffers));
    named.put(name, value);
    return value;
  }

  /** A new value behind the last cut, of which only the gradient is stored, and kept. */
  Value defineBehind(String name) {
    Value value =
        segments.add(
            Value.ofLanes(
                segments.values().size(), name, graph.sample(name), true, Value.Buffers.GRADIENT));
    keepGradient(value);
    return value;
  }

  /** Lets the name of a normalisation's output stand for it. */
  void publish(NormalisedLanes output) {
    normalised.put(output.output().name(), output);
  }

  /** Notes that another node computes what this one does. */
  void fuse(Node node) {
    fused.add(node.name());
  }

  /** Lets a name stand for the same floats as another value, in its own shape. */
  void rename(String name, Value value) {
    named.put(name, new Value(value.id(), name, graph.sample(name), value.trained()));
  }

  /** The matrix of the model whose Transpose an input of a node is: one weight in two places. */
  Optional<Tensor> beforeTranspose(Node node, int index) {
    return graph
        .producer(node.inputs().get(index))
        .filter(producer -> producer.type().equals("Transpose"))
        .flatMap(producer -> constant(producer, 0))
        .filter(tensor -> isInitialiser(tensor) && tensor.shape().rank() == 2)
        .filter(tensor -> tensor.type() == DataType.FLOAT);
  }

  /** Whether a constant is a tensor of the model, and not computed from others. */
  boolean isInitialiser(Tensor tensor) {
    return graph.isInitialiser(tensor);
  }

  /** Lets a name stand for a constant. */
  void define(String name, Tensor constant) {
    constants.put(name, constant);
  }

  /** Adds what a node runs, after all that was added before. */
  void add(Node node, Operation operation) {
    operations.add(operation);
    nodes.add("%s (%s)".formatted(node.name(), node.type()));
  }

  private void addLayout(String value, Operation operation) {
    operations.add(operation);
    nodes.add("layout of %s (copy)".formatted(value));
  }

  /**
   * Cuts the plan behind the operation that is added next: a normalisation needs its input of all
   * samples of a batch. Keeps that input.
   *
   * @param mean its running mean, a float for each channel
   * @param variance its running variance, a float for each channel
   * @return position of its first channel among those of all normalisations
   */
  int cut(Node node, Value input, Tensor mean, Tensor variance, double momentum, double epsilon) {
    requireOwn(node, mean);
    requireOwn(node, variance);
    return segments.cut(operations.size() + 1, input, mean, variance, momentum, epsilon);
  }

  /** Whether a parameter is one that nothing but one node uses, as the whole batch needs it. */
  boolean hasOneUse(Tensor parameter) {
    return graph.isInitialiser(parameter)
        && parameter.type() == DataType.FLOAT
        && graph.uses(parameter.name()) == 1;
  }

  /** Adds what a node runs for a batch as a whole: a cut, with what it reads and gives kept. */
  void addWhole(Node node, BatchOperation operation) {
    segments.cut(operations.size(), operation);
    add(node, operation);
  }

  /** Checks that a tensor is an initialiser that nothing but one normalisation's statistics is. */
  private void requireOwn(Node node, Tensor statistics) {
    if (!graph.isInitialiser(statistics) || graph.uses(statistics.name()) != 1) {
      throw refuse(
          node,
          "running statistics '%s' must be an initialiser that goes into nothing else"
              .formatted(statistics.name()));
    }
  }

  /** Keeps the gradient of a value for all samples of a batch. */
  void keepGradient(Value value) {
    segments.keepGradient(value);
  }

  /**
   * The output of a node. If all it goes into is a Relu, that Relu's output, and the node must
   * compute the Relu too.
   */
  Fusible output(Node node, boolean trained) {
    String own = node.outputs().get(0);
    Optional<Node> relu = graph.soleConsumer(own).filter(next -> next.type().equals("Relu"));
    relu.ifPresent(next -> fused.add(next.name()));
    String name = relu.map(next -> next.outputs().get(0)).orElse(own);
    return new Fusible(define(name, trained), relu.isPresent());
  }

  /** A node's output and whether the node computes a Relu after itself. */
  record Fusible(Value value, boolean relu) {}

  /** A parameter in its own row-major order. */
  ParameterSlot flat(Node node, Tensor tensor) {
    return slot(node, tensor, 1, tensor.size(), false, false);
  }

  /** The weight of a convolution, a column for each output, in panels. */
  ParameterSlot panels(Node node, Tensor tensor) {
    int outs = Math.toIntExact(tensor.shape().dim(0));
    return slot(node, tensor, tensor.size() / outs, outs, true, true);
  }

  /** A parameter in its own row-major order whose gradient is written for the whole batch. */
  ParameterSlot wholeFlat(Tensor tensor) {
    return parameters.whole(tensor, 1, tensor.size(), false, false);
  }

  /**
   * A parameter as panels of outputs, whose gradient is written for the whole batch.
   *
   * @param outputsFirst whether the outputs are its first axis, not its last of two
   */
  ParameterSlot wholePanels(Tensor tensor, boolean outputsFirst) {
    int outs = Math.toIntExact(tensor.shape().dim(outputsFirst ? 0 : 1));
    return parameters.whole(tensor, tensor.size() / outs, outs, outputsFirst, true);
  }

  /** A parameter as a matrix of its own two axes. */
  ParameterSlot matrix(Node node, Tensor tensor, boolean transposed) {
    int rows = Math.toIntExact(tensor.shape().dim(0));
    int columns = Math.toIntExact(tensor.shape().dim(1));
    return transposed
        ? slot(node, tensor, columns, rows, true, false)
        : slot(node, tensor, rows, columns, false, false);
  }

  private ParameterSlot slot(
      Node node, Tensor tensor, int rows, int columns, boolean transposed, boolean panels) {
    if (tensor.type() != DataType.FLOAT || !graph.isInitialiser(tensor)) {
      throw refuse(
          node,
          "weight '%s' is not a float tensor of the graph, but %s"
              .formatted(
                  tensor.name(),
                  graph.isInitialiser(tensor)
                      ? tensor.type()
                      : "computed from tensors that other nodes take in another form"));
    }
    return parameters
        .byGroup(tensor, rows, columns, transposed, panels)
        .orElseThrow(
            () ->
                refuse(
                    node,
                    "weight '%s' is shared with a node of another kind".formatted(tensor.name())));
  }

  /** Reserves floats in every frame; zero at first. */
  int floats(long count) {
    floats.add(Math.toIntExact(count));
    return floats.size() - 1;
  }

  /** Asks for scratch of at least some length. */
  void scratch(int role, long count) {
    scratch[role] = Math.max(scratch[role], Math.toIntExact(count));
  }

  /** Asks for scratch for the tables of some channels. */
  void tables(int channels) {
    int length = Kernels.padded(channels) / LaneKernels.CHANNELS * LaneKernels.TABLE;
    scratch(Frame.INPUT_TABLES, length);
    scratch(Frame.OUTPUT_TABLES, length);
  }

  /** Reserves floats that all frames share; zero at first. */
  int shared(long count) {
    shared.add(Math.toIntExact(count));
    return shared.size() - 1;
  }

  /** Reserves ints in every frame. */
  int ints(long count) {
    ints.add(Math.toIntExact(count));
    return ints.size() - 1;
  }

  /** The failure for a form of an operator that cannot be trained. */
  static EspalierException refuse(Node node, String problem) {
    return new EspalierException(
        FailureCode.MODEL, "node '%s' (%s): %s".formatted(node.name(), node.type(), problem));
  }
}
