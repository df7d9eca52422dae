package io.espalier.engine;

import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Operators that choose, repeat or weigh elements of their neighbourhood, as their definitions
 * read, for one sample.
 */
final class SelectionReference {
  private final Node node;
  private final Model model;
  private final Map<String, Shape> shapes;
  private final Map<String, double[]> values;

  SelectionReference(
      Node node, Model model, Map<String, Shape> shapes, Map<String, double[]> values) {
    this.node = node;
    this.model = model;
    this.shapes = shapes;
    this.values = values;
  }

  double[] compute() {
    double[] y = new double[(int) shape(node.outputs().get(0)).size()];
    for (int i = 0; i < y.length; i++) {
      int[] place = Indexes.of(shape(node.outputs().get(0)), i);
      y[i] =
          switch (node.type()) {
            case "Expand" -> broadcast(0, place);
            case "Where" -> broadcast(truth(place) ? 1 : 2, place);
            case "Gather" -> gathered(place);
            case "LRN" -> normalised(place);
            default -> resampled(place, 0, new int[place.length]);
          };
    }
    return y;
  }

  private Shape shape(String value) {
    return Objects.requireNonNull(shapes.get(value), value);
  }

  private Shape shape() {
    return shape(node.inputs().get(0));
  }

  private double[] input(int index) {
    String name = node.inputs().get(index);
    return Objects.requireNonNull(values.get(name), name);
  }

  private double broadcast(int input, int[] place) {
    return input(input)[Indexes.broadcast(shape(node.inputs().get(input)), place)];
  }

  private boolean truth(int[] place) {
    String name = node.inputs().get(0);
    return model.tensors().containsKey(name)
        ? model.tensor(name).bytes().get(Indexes.broadcast(shape(name), place)) != 0
        : broadcast(0, place) != 0;
  }

  private double gathered(int[] place) {
    int axis = (int) node.intAttribute("axis", 0);
    List<Long> indices = Indexes.longs(model, node.inputs().get(1));
    int within = shape(node.inputs().get(1)).rank();
    int[] from = new int[shape().rank()];
    for (int a = 0; a < from.length; a++) {
      from[a] = place[a < axis ? a : a + within - 1 < 0 ? 0 : a + within - 1];
    }
    int flat = 0;
    for (int i = 0; i < within; i++) {
      flat = flat * (int) shape(node.inputs().get(1)).dim(i) + place[axis + i];
    }
    long index = indices.get(flat);
    from[axis] = (int) (index < 0 ? index + shape().dim(axis) : index);
    return input(0)[Indexes.flat(shape(), from)];
  }

  private double normalised(int[] place) {
    int size = (int) node.intAttribute("size", 1);
    double squares = 0;
    for (int c = 0; c < shape().dim(1); c++) {
      int distance = c - place[1];
      if (distance >= -((size - 1) / 2) && distance <= size / 2) {
        int[] other = place.clone();
        other[1] = c;
        squares += Math.pow(input(0)[Indexes.flat(shape(), other)], 2);
      }
    }
    double base = real("bias", 1) + real("alpha", 1e-4) / size * squares;
    return input(0)[Indexes.flat(shape(), place)] / Math.pow(base, real("beta", 0.75));
  }

  private double real(String attribute, double absent) {
    return node.attributes().containsKey(attribute) ? node.realAttribute(attribute, 0) : absent;
  }

  /** Axis by axis: the last ones are summed for each element of the first. */
  private double resampled(int[] place, int axis, int[] from) {
    if (axis == place.length) {
      return input(0)[Indexes.flat(shape(), from)];
    }
    int in = (int) shape().dim(axis);
    double source = source(place[axis], axis);
    double sum = 0;
    double all = 0;
    int reach = (int) Math.ceil(3 / scale(axis)) + 2;
    for (int at = (int) Math.floor(source) - reach; at <= source + reach; at++) {
      boolean inside = at >= 0 && at < in;
      double weight = inside || !flag("exclude_outside") ? weight(source, at, axis) : 0;
      if (weight != 0) {
        from[axis] = Math.max(0, Math.min(in - 1, at));
        sum += weight * resampled(place, axis + 1, from);
        all += weight;
      }
    }
    return flag("antialias") || flag("exclude_outside") ? sum / all : sum;
  }

  private boolean flag(String attribute) {
    return node.intAttribute(attribute, 0) != 0;
  }

  /** Output over input: as the node gives it, or as its sizes and its policy mean. */
  private double scale(int axis) {
    int input = node.inputs().size() > 2 ? 2 : 1;
    String scales = node.inputs().size() > 1 ? node.inputs().get(input) : "";
    if (!scales.isEmpty()) {
      return model.tensor(scales).toFloatArray()[axis];
    }
    double in = shape().dim(axis);
    double own = shape(node.outputs().get(0)).dim(axis) / in;
    String policy = node.textAttribute("keep_aspect_ratio_policy", "stretch");
    if (policy.equals("stretch") || axis < 2) {
      return own;
    }
    List<Long> sizes = Indexes.longs(model, node.inputs().get(3));
    double down = (double) sizes.get(0) / shape().dim(2);
    double along = (double) sizes.get(1) / shape().dim(3);
    return policy.equals("not_larger") ? Math.min(down, along) : Math.max(down, along);
  }

  private double source(int at, int axis) {
    float in = shape().dim(axis);
    float out = shape(node.outputs().get(0)).dim(axis);
    float scale = (float) scale(axis);
    float half = (at + 0.5f) / scale - 0.5f;
    return switch (coordinates()) {
      case "asymmetric" -> at / scale;
      case "align_corners" -> out > 1 ? at * (in - 1) / (out - 1) : 0;
      case "pytorch_half_pixel" -> out > 1 ? half : 0;
      case "half_pixel_symmetric" -> in / 2 * (1 - out / (scale * in)) + (at + 0.5f) / scale - 0.5f;
      default -> half;
    };
  }

  private boolean early() {
    return node.type().equals("Upsample") || model.graph().opsets().getOrDefault("", 0L) < 11;
  }

  private String coordinates() {
    return node.textAttribute(
        "coordinate_transformation_mode", early() ? "asymmetric" : "half_pixel");
  }

  private double weight(double source, int at, int axis) {
    double shrink = flag("antialias") ? Math.min(1, scale(axis)) : 1;
    double d = Math.abs(source - at) * shrink;
    return switch (node.textAttribute("mode", "nearest")) {
      case "linear" -> Math.max(0, 1 - d);
      case "cubic" ->
          d <= 1
              ? 1.25 * d * d * d - 2.25 * d * d + 1
              : d < 2 ? -0.75 * d * d * d + 3.75 * d * d - 6 * d + 3 : 0;
      default -> nearest(source, axis) == at ? 1 : 0;
    };
  }

  private double nearest(double source, int axis) {
    String early = scale(axis) < 1 ? "ceil" : "floor";
    String absent = early() ? early : "round_prefer_floor";
    return switch (node.textAttribute("nearest_mode", absent)) {
      case "floor" -> Math.floor(source);
      case "ceil" -> Math.ceil(source);
      case "round_prefer_ceil" -> Math.floor(source + 0.5);
      default -> Math.ceil(source - 0.5);
    };
  }
}
