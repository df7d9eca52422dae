package io.espalier.engine;

import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;

/** Operators that move elements, as their definitions read, for one sample. */
final class ArrangementReference {
  private final Node node;
  private final Model model;
  private final Map<String, Shape> shapes;
  private final Map<String, double[]> values;

  ArrangementReference(
      Node node, Model model, Map<String, Shape> shapes, Map<String, double[]> values) {
    this.node = node;
    this.model = model;
    this.shapes = shapes;
    this.values = values;
  }

  /** The first output; puts the others among the values. */
  double[] compute() {
    return switch (node.type()) {
      case "Transpose" -> transpose();
      case "Concat" -> concat();
      case "Split" -> split();
      case "Slice" -> slice();
      case "DepthToSpace" -> shuffled(false);
      case "SpaceToDepth" -> shuffled(true);
      case "Tile" -> tile();
      default -> pad();
    };
  }

  private double[] input(int index) {
    String name = node.inputs().get(index);
    return Objects.requireNonNull(values.get(name), name);
  }

  private Shape shape(String value) {
    return Objects.requireNonNull(shapes.get(value), value);
  }

  private Shape inputShape() {
    return shape(node.inputs().get(0));
  }

  private Shape outputShape() {
    return shape(node.outputs().get(0));
  }

  private int axis(long axis) {
    return (int) (axis < 0 ? axis + inputShape().rank() : axis);
  }

  private List<Long> list(int input, String attribute, List<Long> absent) {
    return node.inputs().size() > input && !node.inputs().get(input).isEmpty()
        ? Indexes.longs(model, node.inputs().get(input))
        : node.intsAttribute(attribute, absent);
  }

  private List<Long> allAxes() {
    return LongStream.range(0, inputShape().rank()).boxed().toList();
  }

  /** Every pixel of the larger image goes to or comes from a channel of the smaller. */
  private double[] shuffled(boolean down) {
    int block = (int) node.intAttribute("blocksize", 1);
    Shape large = down ? inputShape() : outputShape();
    Shape small = down ? outputShape() : inputShape();
    boolean depthFirst = node.textAttribute("mode", "DCR").equals("DCR");
    double[] y = new double[(int) outputShape().size()];
    for (int i = 0; i < large.size(); i++) {
      int[] at = Indexes.of(large, i);
      int within = at[2] % block * block + at[3] % block;
      int channel =
          down || depthFirst ? within * (int) large.dim(1) + at[1] : at[1] * block * block + within;
      int other = Indexes.flat(small, new int[] {at[0], channel, at[2] / block, at[3] / block});
      if (down) {
        y[other] = input(0)[i];
      } else {
        y[i] = input(0)[other];
      }
    }
    return y;
  }

  private double[] tile() {
    double[] y = new double[(int) outputShape().size()];
    for (int i = 0; i < y.length; i++) {
      int[] at = Indexes.of(outputShape(), i);
      for (int axis = 0; axis < at.length; axis++) {
        at[axis] %= (int) inputShape().dim(axis);
      }
      y[i] = input(0)[Indexes.flat(inputShape(), at)];
    }
    return y;
  }

  private double[] transpose() {
    List<Long> order = node.intsAttribute("perm", List.of());
    double[] y = new double[(int) outputShape().size()];
    for (int i = 0; i < y.length; i++) {
      int[] from = Indexes.of(inputShape(), i);
      int[] to = new int[from.length];
      for (int axis = 0; axis < to.length; axis++) {
        to[axis] = from[order.get(axis).intValue()];
      }
      y[Indexes.flat(outputShape(), to)] = input(0)[i];
    }
    return y;
  }

  private double[] concat() {
    int axis = axis(node.intAttribute("axis", 0));
    double[] y = new double[(int) outputShape().size()];
    int start = 0;
    for (int k = 0; k < node.inputs().size(); k++) {
      Shape part = shape(node.inputs().get(k));
      for (int i = 0; i < part.size(); i++) {
        int[] index = Indexes.of(part, i);
        index[axis] += start;
        y[Indexes.flat(outputShape(), index)] = input(k)[i];
      }
      start += (int) part.dim(axis);
    }
    return y;
  }

  private double[] split() {
    int axis = axis(node.intAttribute("axis", 0));
    int start = 0;
    for (String output : node.outputs()) {
      Shape part = shape(output);
      double[] y = new double[(int) part.size()];
      for (int i = 0; i < y.length; i++) {
        int[] index = Indexes.of(part, i);
        index[axis] += start;
        y[i] = input(0)[Indexes.flat(inputShape(), index)];
      }
      values.put(output, y);
      start += (int) part.dim(axis);
    }
    return Objects.requireNonNull(values.get(node.outputs().get(0)));
  }

  private double[] slice() {
    List<Long> starts = list(1, "starts", List.of());
    List<Long> axes = list(3, "axes", allAxes());
    List<Long> steps = list(4, "steps", List.of(1L, 1L, 1L, 1L));
    double[] y = new double[(int) outputShape().size()];
    for (int i = 0; i < y.length; i++) {
      int[] index = Indexes.of(outputShape(), i);
      for (int k = 0; k < starts.size(); k++) {
        int axis = axis(axes.get(k));
        int extent = (int) inputShape().dim(axis);
        int start = starts.get(k).intValue();
        int from = Math.min(start < 0 ? start + extent : start, extent - 1);
        index[axis] = from + index[axis] * steps.get(k).intValue();
      }
      y[i] = input(0)[Indexes.flat(inputShape(), index)];
    }
    return y;
  }

  private double[] pad() {
    List<Long> pads = list(1, "pads", List.of());
    List<Long> axes = list(3, "axes", allAxes());
    String mode = node.textAttribute("mode", "constant");
    double rest = node.inputs().size() > 2 ? input(2)[0] : node.realAttribute("value", 0);
    double[] y = new double[(int) outputShape().size()];
    for (int i = 0; i < y.length; i++) {
      int[] index = Indexes.of(outputShape(), i);
      for (int k = 0; k < axes.size(); k++) {
        index[axis(axes.get(k))] -= pads.get(k).intValue();
      }
      y[i] = rest;
      boolean inside = true;
      for (int axis = 0; axis < index.length; axis++) {
        int last = (int) inputShape().dim(axis) - 1;
        if (mode.equals("edge")) {
          index[axis] = Math.max(0, Math.min(last, index[axis]));
        } else if (mode.equals("reflect")) {
          index[axis] = Math.abs(index[axis]);
          index[axis] = last - Math.abs(last - index[axis]);
        }
        inside &= index[axis] >= 0 && index[axis] <= last;
      }
      if (inside) {
        y[i] = input(0)[Indexes.flat(inputShape(), index)];
      }
    }
    return y;
  }
}
