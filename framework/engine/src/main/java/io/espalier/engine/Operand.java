package io.espalier.engine;

import io.espalier.api.DataType;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.core.Broadcast;
import io.espalier.core.Numbers;
import java.util.Set;

/**
 * One side of an operation that broadcasts.
 *
 * @param source where its numbers are
 * @param positions for each element of the result, the element of the operand that goes into it
 */
record Operand(Source source, int[] positions) {
  /** What constants may be: all is computed in float, and what is true or not is 1 or 0. */
  private static final Set<DataType> COMPUTED =
      Set.of(DataType.FLOAT, DataType.DOUBLE, DataType.BOOL);

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
      if (binder.sampleAxes() > 0 && value.shape().rank() != result.rank()) {
        throw Binder.refuse(node, "broadcasts the axis of the samples");
      }
      return of(value, result);
    }
    Tensor tensor = binder.constant(node, index).get();
    int[] positions = positions(node, tensor.shape(), result);
    boolean trained =
        training == Training.ALL || (training == Training.WITH_AXES && tensor.shape().rank() > 0);
    return constant(node, binder, tensor, positions, trained);
  }

  /**
   * A factor of a product, trained if it is a constant: its positions are those of its matrices.
   *
   * @param own its axes before those of its matrices
   * @param stack those of the product
   */
  static Operand of(Node node, Binder binder, int index, Shape own, Shape stack) {
    int[] positions = positions(node, own, stack);
    return binder
        .constant(node, index)
        .map(tensor -> constant(node, binder, tensor, positions, true))
        .orElseGet(() -> new Operand(new FromValue(binder.value(node, index)), positions));
  }

  private static Operand constant(
      Node node, Binder binder, Tensor tensor, int[] positions, boolean trained) {
    if (trained && binder.isInitialiser(tensor)) {
      return new Operand(new FromParameter(binder.flat(node, tensor)), positions);
    }
    if (!COMPUTED.contains(tensor.type())) {
      throw Binder.refuse(node, "constant %s is not float".formatted(tensor));
    }
    Tensor numbers = Numbers.of(tensor).tensor(tensor.name(), DataType.FLOAT, tensor.shape());
    return new Operand(new Fixed(numbers.toFloatArray()), positions);
  }

  /**
   * For each element of a result, the element of a constant that goes into it. The constant may
   * have an axis for the samples, of extent 1.
   *
   * @throws io.espalier.api.EspalierException ({@link io.espalier.api.FailureCode#MODEL}) if it is
   *     not the same for all samples
   */
  static int[] positions(Node node, Shape constant, Shape result) {
    Shape shape = constant;
    if (shape.rank() == result.rank() + 1 && shape.dim(0) == 1) {
      shape = new Shape(shape.dims().subList(1, shape.rank()));
    }
    if (shape.rank() > result.rank()) {
      throw Binder.refuse(
          node, "a constant of %s gives each sample another number".formatted(constant));
    }
    return Broadcast.positions(shape, result);
  }

  /** A value, as it goes into a result. */
  static Operand of(Value value, Shape result) {
    return new Operand(new FromValue(value), Broadcast.positions(value.shape(), result));
  }

  /** One number that goes into every element of a result. */
  static Operand number(float number, Shape result) {
    return new Operand(new Fixed(new float[] {number}), Broadcast.positions(Shape.of(), result));
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
