package io.espalier.engine;

import io.espalier.api.DataType;
import io.espalier.api.Node;
import io.espalier.api.Tensor;
import java.util.List;

/** Axes of one sample, from axes that count the samples as the first. */
final class Axes {
  private Axes() {}

  /** Numbers that later operator sets give as a constant input, earlier ones as an attribute. */
  static long[] list(Node node, Binder binder, int input, String attribute) {
    if (!binder.hasInput(node, input)) {
      return node.intsAttribute(attribute, List.of()).stream().mapToLong(Long::longValue).toArray();
    }
    Tensor tensor =
        binder
            .constant(node, input)
            .filter(t -> t.type() == DataType.INT64)
            .orElseThrow(
                () ->
                    Binder.refuse(
                        node, "input %d (%s) is not constant".formatted(input, attribute)));
    long[] values = new long[tensor.size()];
    tensor.longs().get(values);
    return values;
  }

  /** An axis counted from the front, 0 being that of the samples. */
  static int fromFront(long axis, Value value) {
    return (int) (axis < 0 ? axis + value.shape().rank() + 1 : axis);
  }

  /**
   * The axis of one sample that an axis of the whole value is.
   *
   * @throws io.espalier.api.EspalierException ({@link io.espalier.api.FailureCode#MODEL}) if it is
   *     that of the samples
   */
  static int withinSample(Node node, long axis, Value value) {
    int front = fromFront(axis, value);
    if (front == 0) {
      throw Binder.refuse(
          node,
          "works along axis 0, that of the samples; only axes within a sample can be trained");
    }
    return front - 1;
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
