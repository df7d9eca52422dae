package io.espalier.engine;

import io.espalier.api.Attribute;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.core.AspectRatio;
import io.espalier.core.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * ONNX Resize, and Upsample before it: each element of the output is a weighted sum of some of the
 * input. What the weights are follows from the node alone ({@link ResamplingMode}).
 */
final class Resampling implements Operation {
  private static final int BY_COORDINATES = 11;
  private static final int SIZES = 3;

  private final Value input;
  private final Value output;
  private final int planes;
  private final int[] from;
  private final float[] weights;
  private final float[] shifts;
  private final int taps;

  private Resampling(Value input, Value output, int planes, List<ResamplingAxis> axes) {
    this.input = input;
    this.output = output;
    this.planes = planes;
    int count = 1;
    for (ResamplingAxis axis : axes) {
      count *= axis.taps();
    }
    this.taps = count;
    int size = output.size() / planes;
    from = new int[size * taps];
    weights = new float[size * taps];
    shifts = new float[size];
    for (int element = 0; element < size; element++) {
      fill(element, axes);
    }
  }

  private void fill(int element, List<ResamplingAxis> axes) {
    for (int tap = 0; tap < taps; tap++) {
      int restOfElement = element;
      int restOfTap = tap;
      int step = 1;
      int position = 0;
      double weight = 1;
      float shift = 0;
      for (int a = axes.size() - 1; a >= 0; a--) {
        ResamplingAxis axis = axes.get(a);
        int at = restOfElement % axis.out() * axis.taps() + restOfTap % axis.taps();
        position += axis.from()[at] * step;
        weight *= axis.weights()[at];
        if (axis.outside()[restOfElement % axis.out()]) {
          shift = axis.extrapolated();
        }
        restOfElement /= axis.out();
        restOfTap /= axis.taps();
        step *= axis.in();
      }
      from[element * taps + tap] = position;
      weights[element * taps + tap] = (float) weight;
      shifts[element] = shift;
    }
  }

  static void bind(Node node, Binder binder) {
    Value input = binder.value(node, 0);
    Shape result = binder.sample(node);
    int rank = input.shape().rank();
    double[] scales = scales(node, binder, input.shape(), result);
    double[] region = region(node, binder, rank);
    boolean early = binder.opset() < BY_COORDINATES || node.type().equals("Upsample");
    ResamplingMode mode = ResamplingMode.of(node, early);
    int first = 0;
    while (first < rank && scales[first] == 1 && !mode.cuts()) {
      first++;
    }
    List<ResamplingAxis> axes = new ArrayList<>();
    int planes = 1;
    for (int axis = 0; axis < rank; axis++) {
      int in = (int) input.shape().dim(axis);
      if (axis < first) {
        planes *= in;
      } else {
        int out = (int) result.dim(axis);
        mode.requireWhole(node, in, scales[axis]);
        axes.add(mode.axis(in, out, scales[axis], region[2 * axis], region[2 * axis + 1]));
      }
    }
    Value output = binder.define(node.outputs().get(0), input.trained());
    binder.add(node, new Resampling(input, output, planes, axes));
  }

  /** A scale for each axis of a sample: as the node gives them, or as its sizes mean. */
  private static double[] scales(Node node, Binder binder, Shape in, Shape out) {
    double[] given = new double[0];
    boolean late = node.type().equals("Resize") && binder.opset() >= BY_COORDINATES;
    int index = late ? 2 : 1;
    if (node.attributes().get("scales") instanceof Attribute.Reals reals) {
      given = reals.values().stream().mapToDouble(Float::doubleValue).toArray();
    } else if (node.hasInput(index)) {
      given = Numbers.of(constant(node, binder, index)).reals();
    }
    if (given.length > 0) {
      return byAxis(node, binder, given, 0, given.length, in.rank(), 1);
    }
    AspectRatio ratio = AspectRatio.of(node.textAttribute("keep_aspect_ratio_policy", "stretch"));
    return ratio == AspectRatio.STRETCH
        ? ratio.scales(in.toArray(), out.toArray())
        : kept(node, binder, in, ratio);
  }

  /** One scale for all axes that are resized. */
  private static double[] kept(Node node, Binder binder, Shape in, AspectRatio ratio) {
    long[] sizes = Numbers.of(constant(node, binder, SIZES)).wholes();
    int rank = in.rank() + binder.sampleAxes();
    List<Long> named = node.intsAttribute("axes", List.of());
    long[] extents = new long[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      long axis = named.isEmpty() ? i : named.get(i);
      int within = (int) (axis < 0 ? axis + rank : axis) - binder.sampleAxes();
      extents[i] = within < 0 ? sizes[i] : in.dim(within);
    }
    double[] scales = ratio.scales(extents, sizes);
    return byAxis(node, binder, scales, 0, scales.length, in.rank(), 1);
  }

  /** Start and end of the region for each axis of a sample, from 0 to 1 of the axis. */
  private static double[] region(Node node, Binder binder, int rank) {
    double[] starts = new double[rank];
    double[] ends = new double[rank];
    Arrays.fill(ends, 1);
    if (binder.opset() >= BY_COORDINATES && node.hasInput(1)) {
      double[] given = Numbers.of(constant(node, binder, 1)).reals();
      int half = given.length / 2;
      if (half > 0) {
        starts = byAxis(node, binder, given, 0, half, rank, 0);
        ends = byAxis(node, binder, given, half, half, rank, 1);
      }
    }
    double[] region = new double[2 * rank];
    for (int axis = 0; axis < rank; axis++) {
      region[2 * axis] = starts[axis];
      region[2 * axis + 1] = ends[axis];
    }
    return region;
  }

  private static Tensor constant(Node node, Binder binder, int index) {
    return binder
        .constant(node, index)
        .orElseThrow(() -> Binder.refuse(node, "input %d is not constant".formatted(index)));
  }

  /** Numbers by axis of a sample, from those for all axes or for some that the node names. */
  private static double[] byAxis(
      Node node, Binder binder, double[] given, int first, int count, int rank, double absent) {
    double[] all = new double[rank];
    Arrays.fill(all, absent);
    List<Long> named = node.intsAttribute("axes", List.of());
    int samples = binder.sampleAxes();
    for (int i = 0; i < count; i++) {
      long axis = named.isEmpty() ? i : named.get(i);
      int within = (int) (axis < 0 ? axis + rank + samples : axis) - samples;
      if (within >= 0) {
        all[within] = given[first + i];
      }
    }
    return all;
  }

  @Override
  public Value output() {
    return output;
  }

  @Override
  public void forward(Frame frame) {
    float[] x = frame.data(input);
    float[] y = frame.data(output);
    int in = input.size() / planes;
    int out = output.size() / planes;
    for (int s = 0; s < frame.samples; s++) {
      for (int p = 0; p < planes; p++) {
        int base = s * input.stride() + p * in;
        int to = s * output.stride() + p * out;
        for (int i = 0; i < out; i++) {
          float sum = shifts[i];
          for (int t = i * taps; t < (i + 1) * taps; t++) {
            sum += weights[t] * x[base + from[t]];
          }
          y[to + i] = sum;
        }
      }
    }
  }

  @Override
  public void recall(Frame frame) {}

  @Override
  public void backward(Frame frame) {
    float[] dx = frame.accumulate(input);
    float[] dy = frame.gradient(output);
    int in = input.size() / planes;
    int out = output.size() / planes;
    for (int s = 0; s < frame.samples; s++) {
      for (int p = 0; p < planes; p++) {
        int base = s * input.stride() + p * in;
        int to = s * output.stride() + p * out;
        for (int i = 0; i < out; i++) {
          for (int t = i * taps; t < (i + 1) * taps; t++) {
            dx[base + from[t]] += weights[t] * dy[to + i];
          }
        }
      }
    }
  }
}
