package io.espalier.core;

import io.espalier.api.Attribute;
import io.espalier.api.DataType;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Folds operators that move elements of any type, and those that make tensors of shapes. */
final class FoldedMoves {
  private FoldedMoves() {}

  static void register(Map<String, ConstantFolding.Rule> rules) {
    for (String renaming : List.of("Flatten", "Identity", "Reshape", "Squeeze", "Unsqueeze")) {
      rules.put(
          renaming,
          (context, outputs) ->
              List.of(ConstantFolding.input(context, 0).reshaped(outputs.get(0))));
    }
    rules.put("Concat", FoldedMoves::concat);
    rules.put("ConstantOfShape", FoldedMoves::constantOfShape);
    rules.put("Expand", FoldedMoves::expand);
    rules.put("Gather", FoldedMoves::gather);
    rules.put("Pad", FoldedMoves::pad);
    rules.put("Shape", FoldedMoves::shape);
    rules.put(
        "Size",
        (context, outputs) -> List.of(Tensor.ofLongs("size", Shape.of(), context.input(0).size())));
    rules.put("Slice", FoldedMoves::slice);
    rules.put("Split", FoldedMoves::split);
    rules.put("Transpose", FoldedMoves::transpose);
    rules.put("Where", FoldedMoves::where);
  }

  /** Where along each axis of a source the element at a place of the output comes from. */
  private interface Origin {
    long along(int axis, int[] place);
  }

  private static Tensor move(Tensor source, Shape output, Origin origin) {
    int[] from = new int[Math.toIntExact(output.size())];
    int[] place = new int[output.rank()];
    for (int i = 0; i < from.length; i++) {
      unflatten(i, output, place);
      long flat = 0;
      for (int axis = 0; axis < source.shape().rank(); axis++) {
        flat = flat * source.shape().dim(axis) + origin.along(axis, place);
      }
      from[i] = (int) flat;
    }
    return take(source, output, from);
  }

  private static void unflatten(int flat, Shape shape, int[] place) {
    int rest = flat;
    for (int axis = place.length - 1; axis >= 0; axis--) {
      place[axis] = rest % (int) shape.dim(axis);
      rest /= (int) shape.dim(axis);
    }
  }

  /** Elements of a source, by their positions. */
  private static Tensor take(Tensor source, Shape output, int[] from) {
    ByteBuffer bytes = allocate(source.type(), output);
    for (int position : from) {
      copy(source, position, bytes);
    }
    return Tensor.of("taken", source.type(), output, bytes.flip());
  }

  private static ByteBuffer allocate(DataType type, Shape shape) {
    return ByteBuffer.allocateDirect(Tensor.byteSize("folded", type, shape));
  }

  private static void copy(Tensor source, int position, ByteBuffer to) {
    int size = source.type().bytes();
    to.put(source.bytes().slice(position * size, size));
  }

  private static List<Tensor> shape(ShapeContext context, List<Shape> outputs) {
    List<Long> dims = IndexShapes.selected(context);
    long[] values = dims.stream().mapToLong(Long::longValue).toArray();
    return List.of(Tensor.ofLongs("shape", Shape.of(values.length), values));
  }

  private static List<Tensor> constantOfShape(ShapeContext context, List<Shape> outputs) {
    Tensor value =
        context.node().attributes().get("value") instanceof Attribute.Constant constant
            ? constant.value()
            : Tensor.ofFloats("zero", Shape.of(1), 0);
    return List.of(take(value, outputs.get(0), new int[Math.toIntExact(outputs.get(0).size())]));
  }

  private static List<Tensor> expand(ShapeContext context, List<Shape> outputs) {
    Tensor source = ConstantFolding.input(context, 0);
    return List.of(
        take(source, outputs.get(0), Broadcast.positions(source.shape(), outputs.get(0))));
  }

  private static List<Tensor> gather(ShapeContext context, List<Shape> outputs) {
    Tensor source = ConstantFolding.input(context, 0);
    Tensor indices = ConstantFolding.input(context, 1);
    int axis = IndexShapes.gathered(context);
    long[] chosen = IndexShapes.chosen(context, indices, source.shape().dim(axis));
    int within = indices.shape().rank();
    return List.of(
        move(
            source,
            outputs.get(0),
            (a, place) -> {
              if (a != axis) {
                return place[a < axis ? a : a + within - 1];
              }
              int flat = 0;
              for (int i = 0; i < within; i++) {
                flat = flat * (int) indices.shape().dim(i) + place[axis + i];
              }
              return chosen[flat];
            }));
  }

  private static List<Tensor> pad(ShapeContext context, List<Shape> outputs) {
    Tensor source = ConstantFolding.input(context, 0);
    Tensor filling =
        context.has(2)
            ? ConstantFolding.input(context, 2)
            : new Numbers.Reals(new double[] {context.node().realAttribute("value", 0)})
                .tensor("filling", source.type(), Shape.of());
    Padding padding = Padding.of(context);
    Shape output = outputs.get(0);
    ByteBuffer bytes = allocate(source.type(), output);
    int[] place = new int[output.rank()];
    for (int i = 0; i < output.size(); i++) {
      unflatten(i, output, place);
      int from = padding.origin(place);
      copy(from < 0 ? filling : source, Math.max(0, from), bytes);
    }
    return List.of(Tensor.of("padded", source.type(), output, bytes.flip()));
  }

  private static List<Tensor> slice(ShapeContext context, List<Shape> outputs) {
    Slicing slicing = Slicing.of(context);
    return List.of(
        move(
            ConstantFolding.input(context, 0),
            outputs.get(0),
            (axis, place) -> slicing.from()[axis] + place[axis] * slicing.step()[axis]));
  }

  private static List<Tensor> split(ShapeContext context, List<Shape> outputs) {
    Tensor source = ConstantFolding.input(context, 0);
    int axis = context.axis(context.node().intAttribute("axis", 0), source.shape().rank());
    Tensor[] parts = new Tensor[outputs.size()];
    long start = 0;
    for (int i = 0; i < parts.length; i++) {
      long first = start;
      parts[i] = move(source, outputs.get(i), (a, place) -> place[a] + (a == axis ? first : 0));
      start += outputs.get(i).dim(axis);
    }
    return List.of(parts);
  }

  private static List<Tensor> transpose(ShapeContext context, List<Shape> outputs) {
    Tensor source = ConstantFolding.input(context, 0);
    int rank = source.shape().rank();
    List<Long> order =
        context
            .node()
            .intsAttribute(
                "perm", IntStream.range(0, rank).mapToObj(i -> (long) rank - 1 - i).toList());
    int[] place = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      place[order.get(axis).intValue()] = axis;
    }
    return List.of(move(source, outputs.get(0), (axis, at) -> at[place[axis]]));
  }

  private static List<Tensor> concat(ShapeContext context, List<Shape> outputs) {
    Shape output = outputs.get(0);
    Tensor first = ConstantFolding.input(context, 0);
    int axis = context.axis(context.node().intAttribute("axis", 0), output.rank());
    int inner = 1;
    for (int a = axis + 1; a < output.rank(); a++) {
      inner *= (int) output.dim(a);
    }
    int outer = Math.toIntExact(output.size() / Math.max(1, inner * output.dim(axis)));
    ByteBuffer bytes = allocate(first.type(), output);
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < context.node().inputs().size(); i++) {
        Tensor part = ConstantFolding.input(context, i);
        if (part.type() != first.type()) {
          throw context.broken("joins %s with %s".formatted(first, part));
        }
        int row = (int) part.shape().dim(axis) * inner * part.type().bytes();
        bytes.put(part.bytes().slice(o * row, row));
      }
    }
    return List.of(Tensor.of("joined", first.type(), output, bytes.flip()));
  }

  private static List<Tensor> where(ShapeContext context, List<Shape> outputs) {
    Shape output = outputs.get(0);
    long[] truth = Numbers.of(ConstantFolding.input(context, 0)).wholes();
    Tensor yes = ConstantFolding.input(context, 1);
    Tensor no = ConstantFolding.input(context, 2);
    int[] truthAt = Broadcast.positions(context.input(0), output);
    int[] yesAt = Broadcast.positions(yes.shape(), output);
    int[] noAt = Broadcast.positions(no.shape(), output);
    if (yes.type() != no.type()) {
      throw context.broken("chooses between %s and %s".formatted(yes, no));
    }
    ByteBuffer bytes = allocate(yes.type(), output);
    for (int i = 0; i < truthAt.length; i++) {
      boolean chosen = truth[truthAt[i]] != 0;
      copy(chosen ? yes : no, chosen ? yesAt[i] : noAt[i], bytes);
    }
    return List.of(Tensor.of("chosen", yes.type(), output, bytes.flip()));
  }
}
