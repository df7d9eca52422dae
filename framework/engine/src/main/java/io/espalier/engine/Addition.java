package io.espalier.engine;

import io.espalier.api.DataType;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * ONNX Add, with broadcasting. A constant operand with axes is a trained bias; one without axes is
 * part of the computation and stays as it is.
 */
final class Addition implements Operation {
  private final Operand left;
  private final Operand right;
  private final Value output;

  private Addition(Operand left, Operand right, Value output) {
    this.left = left;
    this.right = right;
    this.output = output;
  }

  static void bind(Node node, Binder binder) {
    Shape result = binder.sample(node);
    Operand left = operand(node, binder, 0, result);
    Operand right = operand(node, binder, 1, result);
    Value output = binder.define(node.outputs().get(0), left.trained() || right.trained());
    binder.add(node, new Addition(left, right, output));
  }

  private static Operand operand(Node node, Binder binder, int index, Shape result) {
    if (binder.constant(node, index).isEmpty()) {
      Value value = binder.value(node, index);
      if (value.shape().rank() != result.rank()) {
        throw Binder.refuse(node, "broadcasts the axis of the samples");
      }
      return new FromValue(value, positions(value.shape(), result));
    }
    Tensor tensor = binder.constant(node, index).get();
    if (tensor.type() == DataType.FLOAT && tensor.shape().rank() == 0) {
      return new Fixed(tensor.floats().get(0), Math.toIntExact(result.size()));
    }
    Shape shape = tensor.shape();
    if (shape.rank() == result.rank() + 1 && shape.dim(0) == 1) {
      shape = new Shape(shape.dims().subList(1, shape.rank()));
    }
    if (shape.rank() > result.rank()) {
      throw Binder.refuse(node, "constant %s gives each sample another number".formatted(tensor));
    }
    return new FromParameter(binder.flat(node, tensor), positions(shape, result));
  }

  /** For each element of the result, the element of the operand that goes into it. */
  private static int[] positions(Shape operand, Shape result) {
    List<Long> dims = new ArrayList<>(operand.dims());
    while (dims.size() < result.rank()) {
      dims.add(0, 1L);
    }
    int[] positions = new int[Math.toIntExact(result.size())];
    for (int i = 0; i < positions.length; i++) {
      int rest = i;
      int step = 1;
      for (int axis = result.rank() - 1; axis >= 0; axis--) {
        int at = rest % (int) result.dim(axis);
        rest /= (int) result.dim(axis);
        positions[i] += dims.get(axis) == 1 ? 0 : at * step;
        step *= dims.get(axis).intValue();
      }
    }
    return positions;
  }

  /** One side of the sum. */
  private sealed interface Operand {
    boolean trained();

    void add(Frame frame, int sample, float[] to, int at);

    void addGradient(Frame frame, int sample, float[] from, int at);
  }

  private record FromValue(Value value, int[] positions) implements Operand {
    @Override
    public boolean trained() {
      return value.trained();
    }

    @Override
    public void add(Frame frame, int sample, float[] to, int at) {
      float[] x = frame.data(value);
      int base = sample * value.stride();
      for (int i = 0; i < positions.length; i++) {
        to[at + i] += x[base + positions[i]];
      }
    }

    @Override
    public void addGradient(Frame frame, int sample, float[] from, int at) {
      float[] dx = frame.accumulate(value);
      int base = sample * value.stride();
      for (int i = 0; i < positions.length; i++) {
        dx[base + positions[i]] += from[at + i];
      }
    }
  }

  private record FromParameter(ParameterSlot slot, int[] positions) implements Operand {
    @Override
    public boolean trained() {
      return true;
    }

    @Override
    public void add(Frame frame, int sample, float[] to, int at) {
      for (int i = 0; i < positions.length; i++) {
        to[at + i] += frame.weights[slot.offset() + positions[i]];
      }
    }

    @Override
    public void addGradient(Frame frame, int sample, float[] from, int at) {
      for (int i = 0; i < positions.length; i++) {
        frame.weightGradients[slot.offset() + positions[i]] += from[at + i];
      }
    }
  }

  private record Fixed(float number, int size) implements Operand {
    @Override
    public boolean trained() {
      return false;
    }

    @Override
    public void add(Frame frame, int sample, float[] to, int at) {
      for (int i = 0; i < size; i++) {
        to[at + i] += number;
      }
    }

    @Override
    public void addGradient(Frame frame, int sample, float[] from, int at) {}
  }

  @Override
  public Value output() {
    return output;
  }

  @Override
  public void forward(Frame frame) {
    float[] y = frame.data(output);
    for (int s = 0; s < frame.samples; s++) {
      int at = s * output.stride();
      Arrays.fill(y, at, at + output.size(), 0f);
      left.add(frame, s, y, at);
      right.add(frame, s, y, at);
    }
  }

  @Override
  public void recall(Frame frame) {}

  @Override
  public void backward(Frame frame) {
    float[] dy = frame.gradient(output);
    for (int s = 0; s < frame.samples; s++) {
      int at = s * output.stride();
      if (left.trained()) {
        left.addGradient(frame, s, dy, at);
      }
      if (right.trained()) {
        right.addGradient(frame, s, dy, at);
      }
    }
  }
}
