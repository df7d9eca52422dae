package io.espalier.engine;

import io.espalier.api.DataType;
import io.espalier.api.Node;
import io.espalier.api.Tensor;
import io.espalier.core.Numbers;
import java.util.List;

/** Axes of one sample, from those that a node names: in a batch, the samples are its first. */
final class Axes {
  private Axes() {}

  /** Numbers that later operator sets give as a constant input, earlier ones as an attribute. */
  static long[] list(Node node, Binder binder, int input, String attribute) {
    if (!node.hasInput(input)) {
      return node.intsAttribute(attribute, List.of()).stream().mapToLong(Long::longValue).toArray();
    }
    Tensor tensor =
        binder
            .constant(node, input)
            .filter(t -> t.type() == DataType.INT64 || t.type() == DataType.INT32)
            .orElseThrow(
                () ->
                    Binder.refuse(
                        node, "input %d (%s) is not constant".formatted(input, attribute)));
    return Numbers.of(tensor).wholes();
  }

  /**
   * The axis of one sample that an axis of the whole value is.
   *
   * @throws io.espalier.api.EspalierException ({@link io.espalier.api.FailureCode#MODEL}) if it is
   *     that of the samples
   */
  static int withinSample(Node node, Binder binder, long axis, Value value) {
    return withinSample(node, binder, axis, value.shape().rank() + binder.sampleAxes());
  }

  /** The same for a value of some axes, that of the samples among them. */
  static int withinSample(Node node, Binder binder, long axis, int rank) {
    int within = (int) (axis < 0 ? axis + rank : axis) - binder.sampleAxes();
    if (within < 0) {
      throw Binder.refuse(
          node,
          "works along axis 0, that of the samples; only axes within a sample can be trained");
    }
    return within;
  }

  /** Product of extents of a value's sample, from one axis to before another. */
  static int product(Value value, int from, int to) {
    int product = 1;
    for (int axis = from; axis < to; axis++) {
      product *= (int) value.shape().dim(axis);
    }
    return product;
  }
}
