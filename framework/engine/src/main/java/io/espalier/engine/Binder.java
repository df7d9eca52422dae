package io.espalier.engine;

import io.espalier.api.DataType;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compiles one model into an execution plan. Operators ask it for their inputs, parameters and
 * buffers, and give it their operations.
 */
final class Binder {
  private final TrainableGraph graph;
  private final int tile;
  private final Map<String, Tensor> constants;
  private final Map<String, Value> named = new HashMap<>();
  private final List<Value> values = new ArrayList<>();
  private final List<Operation> operations = new ArrayList<>();
  private final List<String> nodes = new ArrayList<>();
  private final List<ParameterSlot> slots = new ArrayList<>();
  private final Set<String> fused = new HashSet<>();
  private final List<Integer> floats = new ArrayList<>();
  private final List<Integer> ints = new ArrayList<>();
  private final List<Integer> segments = new ArrayList<>();
  private final List<Normalisation> normalisations = new ArrayList<>();
  private final Set<Integer> keptData = new TreeSet<>();
  private final Set<Integer> keptGradients = new TreeSet<>();

  Binder(Model model) {
    graph = TrainableGraph.of(model);
    constants = new HashMap<>(model.tensors());
    tile = ExecutionPlan.tileFor(graph.floatsPerSample());
  }

  ExecutionPlan compile() {
    Value input = define(graph.input(), false);
    for (Node node : graph.nodes()) {
      if (!fused.contains(node.name())) {
        Operators.of(node).bind(node, this);
      }
    }
    Value logits = value(graph.output());
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
    return new ExecutionPlan(
        operations,
        nodes,
        values,
        input,
        logits,
        new ParameterLayout(slots),
        new Reservations(floats, ints),
        cuts(input),
        tile);
  }

  private Cuts cuts(Value input) {
    if (!normalisations.isEmpty()) {
      keptData.add(input.id());
    }
    return new Cuts(
        normalisations,
        keptData.stream().map(values::get).toList(),
        keptGradients.stream().map(values::get).filter(Value::trained).toList());
  }

  /** Most samples in a frame. */
  int tile() {
    return tile;
  }

  /** Version of ONNX's own operator set that the graph is written in. */
  long opset() {
    return graph.opset();
  }

  boolean hasInput(Node node, int index) {
    return node.inputs().size() > index && !node.inputs().get(index).isEmpty();
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
    if (!hasInput(node, index) || constant(node, index).isPresent()) {
      throw refuse(node, "input " + index + " is a constant, where it must come from the data");
    }
    return value(node.inputs().get(index));
  }

  private Value value(String name) {
    Value value =
        Optional.ofNullable(named.get(name))
            .orElseThrow(
                () ->
                    new EspalierException(
                        FailureCode.MODEL,
                        "value '%s' does not come from the data".formatted(name)));
    if (segments.get(value.id()) < normalisations.size()) {
      keptData.add(value.id());
      keptGradients.add(value.id());
    }
    return value;
  }

  /** Shape of one sample of a node's output. */
  Shape sample(Node node) {
    return graph.sample(node.outputs().get(0));
  }

  /** A new value with buffers. */
  Value define(String name, boolean trained) {
    Value value = new Value(values.size(), name, graph.sample(name), trained);
    values.add(value);
    segments.add(normalisations.size());
    named.put(name, value);
    return value;
  }

  /** Lets a name stand for the same floats as another value, in its own shape. */
  void rename(String name, Value value) {
    named.put(name, new Value(value.id(), name, graph.sample(name), value.trained()));
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
    int first = new Cuts(normalisations, List.of(), List.of()).channels();
    normalisations.add(
        new Normalisation(
            operations.size() + 1, first, mean.size(), mean, variance, momentum, epsilon));
    keptData.add(input.id());
    return first;
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
    keptGradients.add(value.id());
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
    return slot(node, tensor, 1, tensor.size(), false);
  }

  /** A parameter as a matrix of its own two axes. */
  ParameterSlot matrix(Node node, Tensor tensor, boolean transposed) {
    int rows = Math.toIntExact(tensor.shape().dim(0));
    int columns = Math.toIntExact(tensor.shape().dim(1));
    return transposed
        ? slot(node, tensor, columns, rows, true)
        : slot(node, tensor, rows, columns, false);
  }

  private ParameterSlot slot(Node node, Tensor tensor, int rows, int columns, boolean transposed) {
    if (tensor.type() != DataType.FLOAT || !graph.isInitialiser(tensor)) {
      throw refuse(
          node, "weight '%s' is not a float initialiser of the graph".formatted(tensor.name()));
    }
    int offset = slots.isEmpty() ? 0 : slots.get(slots.size() - 1).end();
    ParameterSlot wanted =
        new ParameterSlot(tensor.name(), tensor.shape(), offset, rows, columns, transposed);
    Optional<ParameterSlot> shared =
        slots.stream().filter(slot -> slot.name().equals(tensor.name())).findFirst();
    if (shared.isEmpty()) {
      slots.add(wanted);
      return wanted;
    }
    ParameterSlot there = shared.get();
    if (there.rows() != rows || there.transposed() != transposed) {
      throw refuse(
          node, "weight '%s' is shared with a node of another kind".formatted(tensor.name()));
    }
    return there;
  }

  /** Reserves floats in every frame; zero at first. */
  int floats(long count) {
    floats.add(Math.toIntExact(count));
    return floats.size() - 1;
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
