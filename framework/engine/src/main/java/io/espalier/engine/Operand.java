package io.espalier.engine;

import io.espalier.api.DataType;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;

/**
 * One side of an operation that broadcasts.
 *
 * @param source where its numbers are
 * @param positions for each element of the result, the element of the operand that goes into it
 */
record Operand(Source source, int[] positions) {
  /** Where an operand's numbers are. */
  sealed interface Source {}

  /** In a value that differs from sample to sample. */
  record FromValue(Value value) implements Source {}

  /** Among the trained weights. */
  record FromParameter(ParameterSlot slot) implements Source {}

  /** Numbers that stay as they are. */
  record Fixed(float[] numbers) implements Source {}

  /** Which constants are trained. */
  enum Training {
    NONE,
    /** Those with at least one axis: a number without axes is part of the computation. */
    WITH_AXES,
    ALL
  }

  /** An input of a node, as it goes into a result. */
  static Operand of(Node node, Binder binder, int index, Shape result, Training training) {
    if (binder.constant(node, index).isEmpty()) {
      Value value = binder.value(node, index);
      if (value.shape().rank() != result.rank()) {
        throw Binder.refuse(node, "broadcasts the axis of the samples");
      }
      return new Operand(new FromValue(value), Broadcast.positions(value.shape(), result));
    }
    Tensor tensor = binder.constant(node, index).get();
    Shape shape = tensor.shape();
    if (shape.rank() == result.rank() + 1 && shape.dim(0) == 1) {
      shape = new Shape(shape.dims().subList(1, shape.rank()));
    }
    if (shape.rank() > result.rank()) {
      throw Binder.refuse(node, "constant %s gives each sample another number".formatted(tensor));
    }
    int[] positions = Broadcast.positions(shape, result);
    boolean trained =
        training == Training.ALL || (training == Training.WITH_AXES && tensor.shape().rank() > 0);
    if (trained) {
      return new Operand(new FromParameter(binder.flat(node, tensor)), positions);
    }
    if (tensor.type() != DataType.FLOAT) {
      throw Binder.refuse(node, "constant %s is not float".formatted(tensor));
    }
    return new Operand(new Fixed(tensor.toFloatArray()), positions);
  }

  boolean trained() {
    return source instanceof FromParameter
        || (source instanceof FromValue from && from.value().trained());
  }

  /** Whether its numbers lie as those of the result do. */
  boolean aligned(Shape result) {
    return source instanceof FromValue from && from.value().shape().equals(result);
  }

  /** Where the numbers lie. */
  float[] data(Frame frame) {
    if (source instanceof FromValue from) {
      return frame.data(from.value());
    }
    return source instanceof Fixed fixed ? fixed.numbers() : frame.weights;
  }

  /** Where the gradient is added, at the same positions. Only if it is trained. */
  float[] gradient(Frame frame) {
    return source instanceof FromValue from
        ? frame.accumulate(from.value())
        : frame.weightGradients;
  }

  /** Position of the first number of a sample. */
  int base(int sample) {
    if (source instanceof FromValue from) {
      return sample * from.value().stride();
    }
    return source instanceof FromParameter from ? from.slot().offset() : 0;
  }
}
