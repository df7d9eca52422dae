package io.espalier.core;

import io.espalier.api.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Shapes of operators that only move elements: attributes in early operator sets, then inputs. */
final class ArrangementShapes {
  private ArrangementShapes() {}

  static void register(Map<String, ShapeRule> rules) {
    rules.put("Concat", ArrangementShapes::concat);
    rules.put("Pad", ArrangementShapes::pad);
    rules.put("Slice", context -> List.of(Shape.of(Slicing.of(context).extents())));
    rules.put("Split", ArrangementShapes::split);
    rules.put("Squeeze", ArrangementShapes::squeeze);
    rules.put("DepthToSpace", ArrangementShapes::depthToSpace);
    rules.put("SpaceToDepth", ArrangementShapes::spaceToDepth);
    rules.put("Tile", ArrangementShapes::tile);
    rules.put("Transpose", ArrangementShapes::transpose);
    rules.put("Unsqueeze", ArrangementShapes::unsqueeze);
  }

  private static List<Shape> concat(ShapeContext context) {
    long[] dims = part(context, 0).toArray();
    int axis = context.axis(context.node().intAttribute("axis", 0), dims.length);
    for (int i = 1; i < context.node().inputs().size(); i++) {
      context.input(i, dims.length, dims.length);
      Shape other = part(context, i);
      dims[axis] = Math.addExact(dims[axis], other.dim(axis));
      for (int a = 0; a < dims.length; a++) {
        if (a != axis && other.dim(a) != dims[a]) {
          throw context.broken(
              "inputs %s and %s cannot be joined along axis %d"
                  .formatted(context.input(0), other, axis));
        }
      }
    }
    return List.of(Shape.of(dims));
  }

  /** A constant part of what counts samples is there once for each of them. */
  private static Shape part(ShapeContext context, int index) {
    long[] dims = context.input(index).toArray();
    boolean once = dims.length > 0 && dims[0] == 1 && context.samples().written() == 1;
    boolean alongSamples = context.node().intAttribute("axis", 0) % Math.max(1, dims.length) == 0;
    if (once && !alongSamples && context.known(index).isPresent()) {
      for (int i = 0; i < context.node().inputs().size(); i++) {
        dims[0] = context.rows(dims[0], i);
      }
    }
    return Shape.of(dims);
  }

  private static List<Shape> depthToSpace(ShapeContext context) {
    Shape input = context.input(0, 4, 4);
    long block = context.node().intAttribute("blocksize", 0);
    if (block < 1 || input.dim(1) % (block * block) != 0) {
      throw context.broken(
          "%d channels cannot form blocks of %d x %d".formatted(input.dim(1), block, block));
    }
    return List.of(
        Shape.of(
            input.dim(0),
            input.dim(1) / (block * block),
            Math.multiplyExact(input.dim(2), block),
            Math.multiplyExact(input.dim(3), block)));
  }

  private static List<Shape> spaceToDepth(ShapeContext context) {
    Shape input = context.input(0, 4, 4);
    long block = context.node().intAttribute("blocksize", 0);
    if (block < 1 || input.dim(2) % block != 0 || input.dim(3) % block != 0) {
      throw context.broken(
          "input %s cannot be cut into blocks of %d x %d".formatted(input, block, block));
    }
    return List.of(
        Shape.of(
            input.dim(0),
            Math.multiplyExact(input.dim(1), block * block),
            input.dim(2) / block,
            input.dim(3) / block));
  }

  private static List<Shape> tile(ShapeContext context) {
    long[] dims = context.input(0).toArray();
    long[] repeats = context.constant(1);
    if (repeats.length != dims.length || Arrays.stream(repeats).anyMatch(r -> r < 0)) {
      throw context.broken(
          "repeats %s do not fit input %s".formatted(Arrays.toString(repeats), context.input(0)));
    }
    Arrays.setAll(dims, axis -> Math.multiplyExact(dims[axis], repeats[axis]));
    return List.of(Shape.of(dims));
  }

  private static List<Shape> transpose(ShapeContext context) {
    Shape input = context.input(0);
    List<Long> reversed = new ArrayList<>();
    for (long axis = input.rank() - 1; axis >= 0; axis--) {
      reversed.add(axis);
    }
    List<Long> order = context.node().intsAttribute("perm", reversed);
    if (!order.stream().sorted(Comparator.reverseOrder()).toList().equals(reversed)) {
      throw context.broken("perm %s does not order the axes of %s".formatted(order, input));
    }
    return List.of(new Shape(order.stream().map(axis -> input.dim(axis.intValue())).toList()));
  }

  private static List<Shape> split(ShapeContext context) {
    Shape input = context.input(0);
    int axis = context.axis(context.node().intAttribute("axis", 0), input.rank());
    long extent = input.dim(axis);
    long[] sizes = context.list(1, "split");
    if (sizes.length == 0) {
      int count = context.node().outputs().size();
      long size = (extent + count - 1) / count;
      sizes = new long[count];
      Arrays.fill(sizes, size);
      sizes[count - 1] = extent - size * (count - 1);
    }
    if (Arrays.stream(sizes).sum() != extent || Arrays.stream(sizes).anyMatch(s -> s < 0)) {
      throw context.broken(
          "axis %d of %s cannot be split into %s".formatted(axis, input, Arrays.toString(sizes)));
    }
    List<Shape> outputs = new ArrayList<>();
    for (long size : sizes) {
      long[] dims = input.toArray();
      dims[axis] = size;
      outputs.add(Shape.of(dims));
    }
    return outputs;
  }

  private static List<Shape> pad(ShapeContext context) {
    long[] dims = context.input(0).toArray();
    long[] pads = context.list(1, "pads");
    long[] axes = context.has(3) ? context.constant(3) : new long[0];
    int count = axes.length == 0 ? dims.length : axes.length;
    if (pads.length != 2 * count) {
      throw context.broken(
          "pads %s has not two numbers for each of %d axes"
              .formatted(Arrays.toString(pads), count));
    }
    for (int i = 0; i < count; i++) {
      int axis = context.axis(axes.length == 0 ? i : axes[i], dims.length);
      dims[axis] = Math.addExact(dims[axis], Math.addExact(pads[i], pads[i + count]));
      if (dims[axis] < 0) {
        throw context.broken("pads take more from axis %d than it has".formatted(axis));
      }
    }
    return List.of(Shape.of(dims));
  }

  private static List<Shape> squeeze(ShapeContext context) {
    Shape input = context.input(0);
    long[] axes = context.list(1, "axes");
    boolean[] dropped = new boolean[input.rank()];
    for (int axis = 0; axis < dropped.length; axis++) {
      dropped[axis] = axes.length == 0 && input.dim(axis) == 1;
    }
    for (long named : axes) {
      int axis = context.axis(named, input.rank());
      if (input.dim(axis) != 1) {
        throw context.broken("axis %d of %s is not 1".formatted(named, input));
      }
      dropped[axis] = true;
    }
    List<Long> dims = new ArrayList<>();
    for (int axis = 0; axis < dropped.length; axis++) {
      if (!dropped[axis]) {
        dims.add(input.dim(axis));
      }
    }
    return List.of(new Shape(dims));
  }

  private static List<Shape> unsqueeze(ShapeContext context) {
    Shape input = context.input(0);
    long[] axes = context.list(1, "axes");
    int rank = input.rank() + axes.length;
    boolean[] added = new boolean[rank];
    for (long named : axes) {
      int axis = context.axis(named, rank);
      if (added[axis]) {
        throw context.broken("axis %d is named twice".formatted(named));
      }
      added[axis] = true;
    }
    List<Long> dims = new ArrayList<>();
    int next = 0;
    for (boolean one : added) {
      dims.add(one ? 1L : input.dim(next++));
    }
    return List.of(new Shape(dims));
  }
}
