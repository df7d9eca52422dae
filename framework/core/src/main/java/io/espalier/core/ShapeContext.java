package io.espalier.core;

import io.espalier.api.DataType;
import io.espalier.api.EspalierException;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node and what is known about its inputs, as a shape rule sees it.
 *
 * @param node the node
 * @param model whose node it is
 * @param shapes of the values so far
 * @param constants of the values so far, those whose elements follow from tensors and shapes
 * @param samples how many samples there are, where that is not what the file says
 */
record ShapeContext(
    Node node,
    Model model,
    Map<String, Shape> shapes,
    Map<String, Tensor> constants,
    Samples samples) {
  /**
   * A number of samples.
   *
   * @param written extent that constants of the file have for the samples' axis; 0 for none
   * @param count how many samples there are instead
   */
  record Samples(long written, long count) {}

  Place place() {
    return new Place("node '%s' (%s)".formatted(node.name(), node.type()));
  }

  EspalierException broken(String problem) {
    return place().broken(problem);
  }

  /** Whether an input is given. */
  boolean has(int input) {
    return node.hasInput(input);
  }

  /** Shape of an input that must be given. */
  Shape input(int input) {
    if (!has(input)) {
      throw broken("input %d is missing".formatted(input));
    }
    Shape shape = shapes.get(node.inputs().get(input));
    if (shape == null) {
      throw broken("nothing produces its input '%s'".formatted(node.inputs().get(input)));
    }
    return shape;
  }

  /** Shape of an input that must have a number of axes. */
  Shape input(int input, int minRank, int maxRank) {
    Shape shape = input(input);
    if (shape.rank() < minRank || shape.rank() > maxRank) {
      throw broken(
          "input '%s' is %s, with %d axes (allowed: %s)"
              .formatted(
                  node.inputs().get(input),
                  shape,
                  shape.rank(),
                  minRank == maxRank ? minRank : minRank + " to " + maxRank));
    }
    return shape;
  }

  /** The elements of an input: a tensor of the model, or what follows from such and shapes. */
  Optional<Tensor> known(int input) {
    if (!has(input)) {
      return Optional.empty();
    }
    String name = node.inputs().get(input);
    return Optional.ofNullable(model.tensors().get(name))
        .or(() -> Optional.ofNullable(constants.get(name)));
  }

  /**
   * What an extent of the first axis means that a constant gives: where an input counts samples
   * along its own first axis and the extent is the file's number of samples, their number here.
   */
  long rows(long extent, int input) {
    Shape shape = input(input);
    boolean counts = known(input).isEmpty() && shape.rank() > 0;
    return counts && extent == samples.written() && shape.dim(0) == samples.count()
        ? samples.count()
        : extent;
  }

  /** Values of an input that must be whole numbers which follow from constants and shapes. */
  long[] constant(int input) {
    input(input);
    return known(input)
        .filter(tensor -> tensor.type() == DataType.INT64 || tensor.type() == DataType.INT32)
        .map(tensor -> Numbers.of(tensor).wholes())
        .orElseThrow(
            () ->
                broken(
                    "input '%s' is not a constant int64 tensor, and does not follow from constants and shapes"
                        .formatted(node.inputs().get(input))));
  }

  /** Version of ONNX's own operator set. */
  long opset() {
    return model.graph().opsets().getOrDefault("", 1L);
  }

  /**
   * Numbers that later operator sets give as an input, earlier ones as an attribute; may be none.
   */
  long[] list(int input, String attribute) {
    return has(input)
        ? constant(input)
        : node.intsAttribute(attribute, List.of()).stream().mapToLong(Long::longValue).toArray();
  }

  /** An axis counted from the front; negative ones count from the end. */
  int axis(long axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw broken("axis %d is not one of %d axes".formatted(axis, rank));
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  /** An attribute with one number per spatial axis, each at least {@code least}. */
  long[] perAxis(String attribute, int count, long absent, long least) {
    List<Long> values = node.intsAttribute(attribute, List.of());
    long[] result = new long[count];
    Arrays.fill(result, absent);
    if (values.isEmpty()) {
      return result;
    }
    if (values.size() != count) {
      throw broken(
          "attribute '%s' has %d values, needs %d".formatted(attribute, values.size(), count));
    }
    for (int i = 0; i < count; i++) {
      result[i] = values.get(i);
      if (result[i] < least || result[i] > Integer.MAX_VALUE) {
        throw broken(
            "attribute '%s' has %d (allowed: %d or more)".formatted(attribute, result[i], least));
      }
    }
    return result;
  }
}
