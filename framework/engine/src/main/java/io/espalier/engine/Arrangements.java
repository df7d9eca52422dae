package io.espalier.engine;

import io.espalier.api.DataType;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.core.Numbers;
import io.espalier.core.Padding;
import io.espalier.engine.Arrangement.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** ONNX Concat, Gather, Split, Slice, Pad and Transpose. The axis of the samples stays as it is. */
final class Arrangements {
  private static final int NOWHERE = -1;

  private Arrangements() {}

  /** Where along each axis of a value the element at a place of the output comes from. */
  interface Origin {
    /** Negative where the element comes from nowhere. */
    long along(int axis, int[] place);
  }

  static void bindTranspose(Node node, Binder binder) {
    Value input = binder.value(node, 0);
    int samples = binder.sampleAxes();
    int rank = input.shape().rank() + samples;
    List<Long> reversed = IntStream.range(0, rank).mapToObj(i -> (long) rank - 1 - i).toList();
    List<Long> order = node.intsAttribute("perm", reversed);
    if (samples > 0 && order.get(0) != 0) {
      throw Binder.refuse(
          node, "perm %s moves axis 0, that of the samples; it must stay first".formatted(order));
    }
    int[] place = new int[rank - samples];
    for (int axis = samples; axis < rank; axis++) {
      place[order.get(axis).intValue() - samples] = axis - samples;
    }
    Value output = binder.define(node.outputs().get(0), input.trained());
    add(node, binder, input, output, (axis, at) -> at[place[axis]], 0);
  }

  static void bindSplit(Node node, Binder binder) {
    Value input = binder.value(node, 0);
    int axis = Axes.withinSample(node, binder, node.intAttribute("axis", 0), input);
    long[] sizes = Axes.list(node, binder, 1, "split");
    int outputs = node.outputs().size();
    long equal = (input.shape().dim(axis) + outputs - 1) / outputs;
    long start = 0;
    for (int i = 0; i < outputs; i++) {
      String name = node.outputs().get(i);
      if (!name.isEmpty()) {
        long first = start;
        Value output = binder.define(name, input.trained());
        add(node, binder, input, output, (a, at) -> at[a] + (a == axis ? first : 0), 0);
      }
      start += sizes.length == 0 ? equal : sizes[i];
    }
  }

  static void bindSlice(Node node, Binder binder) {
    Value input = binder.value(node, 0);
    int rank = input.shape().rank();
    long[] from = new long[rank];
    long[] step = new long[rank];
    Arrays.fill(step, 1);
    long[] starts = Axes.list(node, binder, 1, "starts");
    long[] ends = Axes.list(node, binder, 2, "ends");
    long[] axes = Axes.list(node, binder, 3, "axes");
    long[] steps = Axes.list(node, binder, 4, "steps");
    for (int i = 0; i < starts.length; i++) {
      long named = axes.length == 0 ? i : axes[i];
      long by = steps.length == 0 ? 1 : steps[i];
      boolean all = starts[i] == 0 && by == 1 && ends[i] >= Integer.MAX_VALUE;
      if (!all) {
        int axis = Axes.withinSample(node, binder, named, input);
        long extent = input.shape().dim(axis);
        long at = starts[i] < 0 ? starts[i] + extent : starts[i];
        from[axis] = Math.max(0, Math.min(by > 0 ? extent : extent - 1, at));
        step[axis] = by;
      }
    }
    Value output = binder.define(node.outputs().get(0), input.trained());
    add(node, binder, input, output, (axis, at) -> from[axis] + at[axis] * step[axis], 0);
  }

  /** ONNX Tile: a value several times along its axes. */
  static void bindTile(Node node, Binder binder) {
    Value input = binder.value(node, 0);
    long[] repeats = Axes.list(node, binder, 1, "repeats");
    if (binder.sampleAxes() > 0 && repeats[0] != 1) {
      throw Binder.refuse(
          node, "repeats axis 0, that of the samples, %d times".formatted(repeats[0]));
    }
    Value output = binder.define(node.outputs().get(0), input.trained());
    Origin origin = (axis, at) -> at[axis] % input.shape().dim(axis);
    add(node, binder, input, output, origin, 0);
  }

  static void bindPad(Node node, Binder binder) {
    Value input = binder.value(node, 0);
    int rank = input.shape().rank();
    long[] pads = Axes.list(node, binder, 1, "pads");
    long[] axes = Axes.list(node, binder, 3, "axes");
    int count = pads.length / 2;
    long[] before = new long[rank];
    for (int i = 0; i < count; i++) {
      if (pads[i] != 0 || pads[i + count] != 0) {
        before[Axes.withinSample(node, binder, axes.length == 0 ? i : axes[i], input)] = pads[i];
      }
    }
    String mode = node.textAttribute("mode", "constant");
    if (!Padding.MODES.contains(mode)) {
      throw Binder.refuse(
          node, "mode is '%s' (allowed: %s)".formatted(mode, String.join(", ", Padding.MODES)));
    }
    Padding padding = new Padding(input.shape(), before, mode);
    Value output = binder.define(node.outputs().get(0), input.trained());
    place(
        node,
        binder,
        input,
        output,
        element -> padding.origin(place(output, element)),
        filling(node, binder));
  }

  private static float filling(Node node, Binder binder) {
    if (!node.hasInput(2)) {
      return node.realAttribute("value", 0);
    }
    Tensor tensor =
        binder
            .constant(node, 2)
            .filter(t -> t.type() == DataType.FLOAT && t.size() == 1)
            .orElseThrow(() -> Binder.refuse(node, "input 2 must be one constant float number"));
    return tensor.floats().get(0);
  }

  static void bindConcat(Node node, Binder binder) {
    Shape result = binder.sample(node);
    int axis =
        Axes.withinSample(
            node, binder, node.intAttribute("axis", 0), result.rank() + binder.sampleAxes());
    List<Part> parts = new ArrayList<>();
    boolean trained = false;
    int inner = product(result, axis + 1, result.rank());
    int pitch = (int) result.dim(axis) * inner;
    int start = 0;
    for (int i = 0; i < node.inputs().size(); i++) {
      Shape shape = partShape(node, binder, i, result);
      Operand operand = Operand.of(node, binder, i, shape, Operand.Training.WITH_AXES);
      trained |= operand.trained();
      int row = (int) shape.dim(axis) * inner;
      int first = start;
      int[] to =
          IntStream.range(0, (int) shape.size())
              .map(e -> e / row * pitch + first + e % row)
              .toArray();
      parts.add(new Part(operand, to));
      start += row;
    }
    Value output = binder.define(node.outputs().get(0), trained);
    Arrangement.add(node, binder, output, parts, 0);
  }

  /** Shape of one sample of a part, be it a constant or a value. */
  private static Shape partShape(Node node, Binder binder, int index, Shape result) {
    return binder
        .constant(node, index)
        .map(Tensor::shape)
        .map(s -> new Shape(s.dims().subList(s.rank() - result.rank(), s.rank())))
        .orElseGet(() -> binder.value(node, index).shape());
  }

  private static int product(Shape shape, int from, int to) {
    return (int) new Shape(shape.dims().subList(from, to)).size();
  }

  /** Gather with constant indices along an axis of a value. */
  static void bindGather(Node node, Binder binder) {
    Value input = binder.value(node, 0);
    Tensor indices =
        binder
            .constant(node, 1)
            .orElseThrow(() -> Binder.refuse(node, "input 1, its indices, is not constant"));
    int axis = Axes.withinSample(node, binder, node.intAttribute("axis", 0), input);
    long extent = input.shape().dim(axis);
    long[] chosen = Numbers.of(indices).wholes();
    for (long index : chosen) {
      if (index < -extent || index >= extent) {
        throw Binder.refuse(node, "index %d is beyond an axis of %d".formatted(index, extent));
      }
    }
    List<Long> dims = indices.shape().dims();
    Value output = binder.define(node.outputs().get(0), input.trained());
    Origin origin =
        (a, place) -> {
          if (a != axis) {
            return place[a < axis ? a : a + dims.size() - 1];
          }
          int flat = 0;
          for (int i = 0; i < dims.size(); i++) {
            flat = flat * dims.get(i).intValue() + place[axis + i];
          }
          return chosen[flat] < 0 ? chosen[flat] + extent : chosen[flat];
        };
    add(node, binder, input, output, origin, 0);
  }

  /** Adds an operation that takes elements of one value, and fills what comes from nowhere. */
  static void add(Node node, Binder binder, Value input, Value output, Origin origin, float rest) {
    place(node, binder, input, output, e -> flat(input, place(output, e), origin), rest);
  }

  /** Adds an operation, given for each element of its output the one of its input. */
  private static void place(
      Node node, Binder binder, Value input, Value output, IntUnaryOperator origin, float rest) {
    int[] places = IntStream.range(0, output.size()).toArray();
    int[] origins = Arrays.stream(places).map(origin).toArray();
    int[] to = Arrays.stream(places).filter(p -> origins[p] != NOWHERE).toArray();
    int[] from = Arrays.stream(origins).filter(o -> o != NOWHERE).toArray();
    Arrangement.add(node, binder, output, List.of(Part.of(input, from, to)), rest);
  }

  private static int[] place(Value output, int element) {
    int[] place = new int[output.shape().rank()];
    int rest = element;
    for (int axis = place.length - 1; axis >= 0; axis--) {
      place[axis] = rest % (int) output.shape().dim(axis);
      rest /= (int) output.shape().dim(axis);
    }
    return place;
  }

  private static int flat(Value input, int[] place, Origin origin) {
    int flat = 0;
    for (int axis = 0; axis < input.shape().rank(); axis++) {
      int extent = (int) input.shape().dim(axis);
      long at = origin.along(axis, place);
      if (at < 0 || at >= extent) {
        return NOWHERE;
      }
      flat = flat * extent + (int) at;
    }
    return flat;
  }
}
