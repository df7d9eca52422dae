package io.espalier.core;

import io.espalier.api.DataType;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Figures of a model, counted from its tensors.
 *
 * @param layers a row per prunable layer, in graph order
 * @param weights weights of all prunable layers
 * @param zeros of those weights, how many are zero
 * @param parameters elements of all float tensors, biases and normalisation included, and of
 *     quantised weights
 * @param nonZero of those parameters, how many are not zero
 * @param inputs what the model is given
 * @param outputs what the model gives
 */
public record Inspection(
    List<Row> layers,
    long weights,
    long zeros,
    long parameters,
    long nonZero,
    List<ValueInfo> inputs,
    List<ValueInfo> outputs) {
  public Inspection {
    layers = List.copyOf(layers);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * One prunable layer.
   *
   * @param name the node's name
   * @param type the node's operator
   * @param weight name of the weight tensor
   * @param shape shape of the weight tensor
   * @param weights number of weights
   * @param zeros how many of them are zero
   * @param uniqueValues how many different values they take; the two zeros are one value
   */
  public record Row(
      String name,
      String type,
      String weight,
      Shape shape,
      long weights,
      long zeros,
      long uniqueValues) {
    /** Share of the weights that are zero, 0 to 1. */
    public double sparsity() {
      return share(zeros, weights);
    }
  }

  /** Counts a model. */
  public static Inspection of(Model model) {
    List<Row> rows = Layers.weighted(model).stream().map(layer -> row(model, layer)).toList();
    Set<String> weights = rows.stream().map(Row::weight).collect(Collectors.toSet());
    long parameters = 0;
    long nonZero = 0;
    for (Tensor tensor : model.tensors().values()) {
      if (tensor.type() == DataType.FLOAT || weights.contains(tensor.name())) {
        parameters += tensor.size();
        nonZero += tensor.size() - zeros(tensor);
      }
    }
    return new Inspection(
        rows,
        rows.stream().mapToLong(Row::weights).sum(),
        rows.stream().mapToLong(Row::zeros).sum(),
        parameters,
        nonZero,
        model.graph().inputs(),
        model.graph().outputs());
  }

  /** Share of the prunable weights that are zero, 0 to 1; 0 where there are none. */
  public double sparsity() {
    return share(zeros, weights);
  }

  private static Row row(Model model, Layer layer) {
    Tensor weight = model.tensor(layer.weight());
    return new Row(
        layer.name(),
        layer.type(),
        layer.weight(),
        layer.shape(),
        weight.size(),
        zeros(weight),
        uniqueValues(weight));
  }

  private static long uniqueValues(Tensor tensor) {
    if (tensor.type() == DataType.FLOAT) {
      return UniqueValues.count(tensor.floats());
    }
    BitSet seen = new BitSet();
    ByteBuffer values = tensor.bytes();
    while (values.hasRemaining()) {
      seen.set(values.get() & 0xff);
    }
    return seen.cardinality();
  }

  private static int zeros(Tensor tensor) {
    boolean real = tensor.type() == DataType.FLOAT;
    ByteBuffer values = tensor.bytes();
    int zeros = 0;
    while (values.hasRemaining()) {
      if (real ? values.getFloat() == 0 : values.get() == 0) {
        zeros++;
      }
    }
    return zeros;
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
