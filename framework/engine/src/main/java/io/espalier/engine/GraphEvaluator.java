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
import io.espalier.core.Numbers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Computes a graph forward, with the operations of a training when it measures: dropout passes and
 * normalisations take running statistics. Graphs of several inputs and outputs, and without an axis
 * of samples, can be computed too.
 *
 * <p>An input is data or a constant, as an operator asks for it: inputs that are not float are
 * constants, and so is what a training knows as weights. So several readings of a graph are tried:
 * as a batch of samples along the first axis, as one sample, and as nothing but constants.
 */
public final class GraphEvaluator {
  private GraphEvaluator() {}

  /**
   * Computes a model's outputs.
   *
   * @param inputs a tensor for each input of the graph, by name
   * @return the outputs in the graph's order, under their names
   * @throws EspalierException ({@link FailureCode#MODEL}) if the graph cannot be read in any way;
   *     the message says why not in the first
   */
  public static List<Tensor> evaluate(Model model, Map<String, Tensor> inputs) {
    for (ValueInfo input : model.graph().inputs()) {
      if (!inputs.containsKey(input.name())) {
        throw new EspalierException(
            FailureCode.MODEL, "input '%s' is not given".formatted(input.name()));
      }
    }
    Operators.requireKnown(model.graph());
    Optional<EspalierException> first = Optional.empty();
    for (Reading reading : readings(model, inputs)) {
      try {
        return reading.compute(model, inputs);
      } catch (EspalierException e) {
        if (e.code() != FailureCode.MODEL) {
          throw e;
        }
        first = first.or(() -> Optional.of(e));
      }
    }
    throw first.orElseThrow();
  }

  private static List<Reading> readings(Model model, Map<String, Tensor> inputs) {
    List<String> floats =
        model.graph().inputs().stream()
            .map(ValueInfo::name)
            .filter(name -> tensor(inputs, name).type() == DataType.FLOAT)
            .toList();
    List<Reading> readings = new ArrayList<>();
    if (!floats.isEmpty()) {
      List<String> one = floats.subList(0, 1);
      for (boolean batched : new boolean[] {true, false}) {
        readings.add(new Reading(batched, Set.copyOf(one)));
        readings.add(new Reading(batched, Set.copyOf(floats)));
      }
      if (floats.size() > 1) {
        readings.add(new Reading(true, Set.of(floats.get(1))));
        readings.add(new Reading(false, Set.of(floats.get(1))));
      }
    }
    readings.add(new Reading(false, Set.of()));
    return readings;
  }

  private static Tensor tensor(Map<String, Tensor> tensors, String name) {
    return Optional.ofNullable(tensors.get(name)).orElseThrow();
  }

  /**
   * One way to read a graph.
   *
   * @param batched whether the first axis of every value counts samples
   * @param data inputs that are no constants
   */
  private record Reading(boolean batched, Set<String> data) {
    List<Tensor> compute(Model model, Map<String, Tensor> inputs) {
      Model read = read(model, inputs);
      if (data.isEmpty()) {
        return constants(read);
      }
      int samples = batched ? samples(inputs) : 1;
      Binder binder = Binder.bound(TrainableGraph.of(read, batched));
      List<Value> given = binder.inputs();
      List<Value> results =
          read.graph().outputs().stream().map(output -> binder.result(output.name())).toList();
      ExecutionPlan plan = binder.plan(given.get(0), results.get(0));
      Frame frame = new Frame(plan, KernelChoice.fastest().get(), plan.layout().weights(read));
      List<float[]> outputs = new ArrayList<>();
      results.forEach(result -> outputs.add(new float[samples * result.size()]));
      frame.samples = 1;
      for (int s = 0; s < samples; s++) {
        frame.first = s;
        for (Value value : given) {
          tensor(inputs, value.name())
              .floats()
              .get(s * value.size(), frame.data(value), 0, value.size());
        }
        plan.forward(frame);
        for (int i = 0; i < outputs.size(); i++) {
          Value result = results.get(i);
          System.arraycopy(frame.data(result), 0, outputs.get(i), s * result.size(), result.size());
        }
      }
      return tensors(read, results, outputs, samples);
    }

    private List<Tensor> tensors(
        Model model, List<Value> results, List<float[]> outputs, int samples) {
      List<Tensor> tensors = new ArrayList<>();
      for (int i = 0; i < results.size(); i++) {
        List<Long> dims = new ArrayList<>(results.get(i).shape().dims());
        if (batched) {
          dims.add(0, (long) samples);
        }
        ValueInfo info = model.graph().outputs().get(i);
        Tensor floats = Tensor.ofFloats(info.name(), new Shape(dims), outputs.get(i));
        boolean other = info.type() != DataType.FLOAT;
        tensors.add(
            other ? Numbers.of(floats).tensor(info.name(), info.type(), floats.shape()) : floats);
      }
      return tensors;
    }

    private int samples(Map<String, Tensor> inputs) {
      Collection<Long> counts =
          data.stream()
              .map(name -> tensor(inputs, name).shape())
              .map(shape -> shape.rank() == 0 ? 0 : shape.dim(0))
              .collect(Collectors.toSet());
      long count = counts.iterator().next();
      if (counts.size() != 1 || count == 0) {
        throw new EspalierException(
            FailureCode.MODEL,
            "inputs %s have not as many samples as each other along the first axis"
                .formatted(data));
      }
      return Math.toIntExact(count);
    }

    /** The model with the inputs' shapes, and with constants for those that are no data. */
    private Model read(Model model, Map<String, Tensor> inputs) {
      Graph graph = model.graph();
      Map<String, Tensor> tensors = new LinkedHashMap<>(model.tensors());
      List<ValueInfo> open = new ArrayList<>();
      for (ValueInfo input : graph.inputs()) {
        Tensor tensor = tensor(inputs, input.name()).named(input.name());
        if (data.contains(input.name())) {
          List<ValueInfo.Dimension> dims = new ArrayList<>();
          tensor.shape().dims().forEach(dim -> dims.add(new ValueInfo.Known(dim)));
          open.add(new ValueInfo(input.name(), tensor.type(), dims));
        } else {
          tensors.put(input.name(), tensor);
        }
      }
      return new Model(
          new Graph(graph.name(), graph.nodes(), open, graph.outputs(), graph.opsets()),
          tensors,
          Map.of(),
          Map.of(),
          List.of());
    }

    private static List<Tensor> constants(Model model) {
      Map<String, Tensor> known = new LinkedHashMap<>(model.tensors());
      known.putAll(Inference.of(model, 1).constants());
      for (Node node : TrainableGraph.needed(model.graph())) {
        if (!known.keySet().containsAll(node.outputs())) {
          throw Binder.refuse(
              node,
              "is computed of float numbers only, but its input '%s' is not float"
                  .formatted(node.inputs().get(0)));
        }
      }
      return model.graph().outputs().stream().map(output -> tensor(known, output.name())).toList();
    }
  }
}
