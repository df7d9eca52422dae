package io.espalier.engine;

import io.espalier.api.Node;
import io.espalier.api.Shape;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Operators with a window over any number of spatial axes, as their definitions read, for one
 * sample in double precision.
 */
final class WindowReference {
  private final Node node;
  private final Map<String, Shape> shapes;
  private final Map<String, double[]> values;
  private final Shape in;
  private final Shape out;
  private final Shape kernel;
  private final int axes;

  WindowReference(Node node, Map<String, Shape> shapes, Map<String, double[]> values) {
    this.node = node;
    this.shapes = shapes;
    this.values = values;
    in = shape(node.inputs().get(0));
    out = shape(node.outputs().get(0));
    axes = in.rank() - 2;
    kernel = node.type().startsWith("Conv") ? spatial(shape(node.inputs().get(1))) : window();
  }

  private Shape window() {
    return new Shape(node.intsAttribute("kernel_shape", spatial(in).dims()));
  }

  private static Shape spatial(Shape shape) {
    return new Shape(shape.dims().subList(2, shape.rank()));
  }

  private Shape shape(String value) {
    return Objects.requireNonNull(shapes.get(value), value);
  }

  private double[] input(int index) {
    String name = node.inputs().get(index);
    return Objects.requireNonNull(values.get(name), name);
  }

  double[] compute() {
    return switch (node.type()) {
      case "Conv" -> convolve();
      case "ConvTranspose" -> transpose();
      default -> pool();
    };
  }

  private int at(String attribute, int axis, long absent) {
    List<Long> defaults = Collections.nCopies(2 * axes, absent);
    return node.intsAttribute(attribute, defaults).get(axis).intValue();
  }

  private int reach(int axis) {
    return (int) (kernel.dim(axis) - 1) * at("dilations", axis, 1) + 1;
  }

  private int before(int axis) {
    String auto = node.textAttribute("auto_pad", "NOTSET");
    if (!auto.startsWith("SAME")) {
      return at("pads", axis, 0);
    }
    int stride = at("strides", axis, 1);
    long small = node.type().equals("ConvTranspose") ? in.dim(axis + 2) : out.dim(axis + 2);
    long large = node.type().equals("ConvTranspose") ? out.dim(axis + 2) : in.dim(axis + 2);
    int total = (int) Math.max(0, (small - 1) * stride + reach(axis) - large);
    return auto.equals("SAME_UPPER") ? total / 2 : total - total / 2;
  }

  /** Where a tap of the window at a place of the smaller side lies on the larger; -1 outside. */
  private int larger(int[] place, int[] tap, Shape large) {
    int flat = 0;
    for (int axis = 0; axis < axes; axis++) {
      int at = position(place, tap, axis);
      if (at < 0 || at >= large.dim(axis)) {
        return -1;
      }
      flat = flat * (int) large.dim(axis) + at;
    }
    return flat;
  }

  private int position(int[] place, int[] tap, int axis) {
    return place[axis] * at("strides", axis, 1)
        + tap[axis] * at("dilations", axis, 1)
        - before(axis);
  }

  private double bias(int channel) {
    return node.inputs().size() > 2 ? input(2)[channel] : 0;
  }

  /** Where each tap of the window at each place of the smaller side lies on the larger. */
  private int[][] positions(Shape places, Shape large) {
    int[][] positions = new int[(int) places.size()][(int) kernel.size()];
    for (int place = 0; place < positions.length; place++) {
      for (int tap = 0; tap < positions[place].length; tap++) {
        positions[place][tap] = larger(Indexes.of(places, place), Indexes.of(kernel, tap), large);
      }
    }
    return positions;
  }

  private double[] convolve() {
    int groups = (int) node.intAttribute("group", 1);
    int outs = (int) out.dim(1);
    int perGroup = (int) in.dim(1) / groups;
    int area = (int) spatial(out).size();
    int inArea = (int) spatial(in).size();
    int taps = (int) kernel.size();
    int[][] positions = positions(spatial(out), spatial(in));
    double[] x = input(0);
    double[] w = input(1);
    double[] y = new double[outs * area];
    for (int i = 0; i < y.length; i++) {
      int o = i / area;
      y[i] = bias(o);
      for (int c = 0; c < perGroup; c++) {
        int from = o / (outs / groups) * perGroup + c;
        for (int t = 0; t < taps; t++) {
          int at = positions[i % area][t];
          y[i] += at < 0 ? 0 : w[(o * perGroup + c) * taps + t] * x[from * inArea + at];
        }
      }
    }
    return y;
  }

  private double[] transpose() {
    int groups = (int) node.intAttribute("group", 1);
    int ins = (int) in.dim(1) / groups;
    int outs = (int) out.dim(1) / groups;
    int area = (int) spatial(in).size();
    int taps = (int) kernel.size();
    int outArea = (int) spatial(out).size();
    int[][] positions = positions(spatial(in), spatial(out));
    double[] x = input(0);
    double[] w = input(1);
    double[] y = new double[groups * outs * outArea];
    for (int i = 0; i < y.length; i++) {
      y[i] = bias(i / outArea);
    }
    for (int i = 0; i < groups * ins * area; i++) {
      for (int o = 0; o < outs; o++) {
        for (int t = 0; t < taps; t++) {
          int at = positions[i % area][t];
          if (at >= 0) {
            int to = i / area / ins * outs + o;
            y[to * outArea + at] += x[i] * w[(i / area * outs + o) * taps + t];
          }
        }
      }
    }
    return y;
  }

  private double[] pool() {
    int area = (int) spatial(out).size();
    double[] y = new double[(int) out.dim(1) * area];
    int[][] positions = positions(spatial(out), spatial(in));
    boolean padding = node.intAttribute("count_include_pad", 0) != 0;
    for (int i = 0; i < y.length; i++) {
      int[] place = Indexes.of(spatial(out), i % area);
      double best = Double.NEGATIVE_INFINITY;
      double sum = 0;
      int count = 0;
      for (int t = 0; t < kernel.size(); t++) {
        int at = positions[i % area][t];
        count += at >= 0 || (padding && padded(place, Indexes.of(kernel, t))) ? 1 : 0;
        if (at >= 0) {
          double value = input(0)[i / area * (int) spatial(in).size() + at];
          best = Math.max(best, value);
          sum += value;
        }
      }
      y[i] = node.type().equals("MaxPool") ? best : sum / count;
    }
    return y;
  }

  /** Whether a tap lies in the input or its padding, not beyond. */
  private boolean padded(int[] place, int[] tap) {
    int[] behind = new int[axes];
    Arrays.setAll(behind, axis -> at("pads", axis + axes, 0));
    for (int axis = 0; axis < axes; axis++) {
      int at = position(place, tap, axis);
      if (at < -before(axis) || at >= in.dim(axis + 2) + behind[axis]) {
        return false;
      }
    }
    return true;
  }
}
