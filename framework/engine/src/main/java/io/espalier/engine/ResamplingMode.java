package io.espalier.engine;

import io.espalier.api.Node;
import java.util.List;

/**
 * How ONNX Resize resamples, as the attributes of a node say.
 *
 * @param interpolation nearest, linear or cubic (Keys 1981)
 * @param coordinates how a place of the output becomes one of the input
 * @param rounding to the nearest element
 * @param cubic the coefficient of cubic weights
 * @param onlyInside whether elements beyond the ends get no weight, instead of those at the ends
 * @param smooth whether weights reach over all of the input that an element of a smaller output
 *     stands for (ONNX antialias)
 * @param extrapolated what lies outside of the region that is cut out
 */
record ResamplingMode(
    String interpolation,
    String coordinates,
    String rounding,
    double cubic,
    boolean onlyInside,
    boolean smooth,
    float extrapolated) {
  private static final float DEFAULT_CUBIC = -0.75f;
  private static final String ALIGNED = "align_corners";
  private static final double NEARLY_WHOLE = 1e-4;

  /**
   * Rounding before operator sets said how: down where an axis grows, up where it shrinks, as ONNX
   * Runtime does.
   */
  private static final String OUTWARD = "outward";

  private static final String CUTTING = "tf_crop_and_resize";

  /**
   * @param early whether the operator set has nothing but scales
   * @throws io.espalier.api.EspalierException ({@link io.espalier.api.FailureCode#MODEL}) for a
   *     mode that there is not
   */
  static ResamplingMode of(Node node, boolean early) {
    return new ResamplingMode(
        choice(node, "mode", "nearest", "nearest", "linear", "cubic"),
        choice(
            node,
            "coordinate_transformation_mode",
            early ? "asymmetric" : "half_pixel",
            "half_pixel",
            "half_pixel_symmetric",
            "pytorch_half_pixel",
            "tf_half_pixel_for_nn",
            ALIGNED,
            "asymmetric",
            CUTTING),
        early
            ? OUTWARD
            : choice(
                node,
                "nearest_mode",
                "round_prefer_floor",
                "round_prefer_floor",
                "round_prefer_ceil",
                "floor",
                "ceil"),
        node.realAttribute("cubic_coeff_a", DEFAULT_CUBIC),
        node.intAttribute("exclude_outside", 0) != 0,
        node.intAttribute("antialias", 0) != 0,
        node.realAttribute("extrapolation_value", 0));
  }

  private static String choice(Node node, String attribute, String absent, String... allowed) {
    String value = node.textAttribute(attribute, absent);
    if (!List.of(allowed).contains(value)) {
      throw Binder.refuse(
          node, "%s is '%s' (allowed: %s)".formatted(attribute, value, String.join(", ", allowed)));
    }
    return value;
  }

  /** Whether a region of the input is cut out first. */
  boolean cuts() {
    return coordinates.equals(CUTTING);
  }

  /**
   * Refuses aligned corners with a scale that gives no whole extent: ONNX and ONNX Runtime put the
   * last corner at different places.
   */
  void requireWhole(Node node, int in, double scale) {
    double extent = in * scale;
    if (coordinates.equals(ALIGNED) && Math.abs(extent - Math.rint(extent)) > NEARLY_WHOLE) {
      throw Binder.refuse(
          node,
          "scale %s aligns corners of an axis of %d, which gives no whole extent: ONNX and ONNX Runtime place the last corner differently; give sizes instead"
              .formatted(scale, in));
    }
  }

  /** How far elements go into one of the output, in elements of the input. */
  private double reach(double scale) {
    return (interpolation.equals("cubic") ? 2 : 1) / shrinking(scale);
  }

  /** What distances are multiplied by before they are weighed. */
  private double shrinking(double scale) {
    return smooth ? Math.min(1, scale) : 1;
  }

  /**
   * How an axis is resampled.
   *
   * @param scale output over input, as the node gives it
   * @param start of the region that is cut out, 0 to 1 of the axis
   * @param end of that region
   */
  ResamplingAxis axis(int in, int out, double scale, double start, double end) {
    int taps = interpolation.equals("nearest") ? 1 : (int) Math.ceil(2 * reach(scale));
    ResamplingAxis axis =
        new ResamplingAxis(
            in,
            out,
            taps,
            new int[out * taps],
            new double[out * taps],
            new boolean[out],
            extrapolated);
    for (int at = 0; at < out; at++) {
      double source = source(at, in, out, (float) scale, (float) start, (float) end);
      axis.outside()[at] = cuts() && (source < 0 || source > in - 1);
      if (!axis.outside()[at]) {
        weigh(axis, at, source, scale);
      }
    }
    return axis;
  }

  /**
   * The place of the input, in elements, that a place of the output stands for. In float, as ONNX
   * Runtime has it: what is nearest may hang on the last digit.
   */
  private float source(int at, int in, int out, float scale, float start, float end) {
    float half = (at + 0.5f) / scale - 0.5f;
    return switch (coordinates) {
      case "half_pixel_symmetric" ->
          in / 2f * (1 - out / (scale * in)) + (at + 0.5f) / scale - 0.5f;
      case "pytorch_half_pixel" -> out > 1 ? half : 0;
      case "tf_half_pixel_for_nn" -> (at + 0.5f) / scale;
      case ALIGNED -> out > 1 ? at * (in - 1f) / (out - 1) : 0;
      case "asymmetric" -> at / scale;
      case CUTTING ->
          out > 1
              ? start * (in - 1) + at * (end - start) * (in - 1) / (out - 1)
              : 0.5f * (start + end) * (in - 1);
      default -> half;
    };
  }

  private void weigh(ResamplingAxis axis, int at, double source, double scale) {
    if (interpolation.equals("nearest")) {
      axis.from()[at] = within(round(source, scale), axis.in());
      axis.weights()[at] = 1;
      return;
    }
    int taps = axis.taps();
    int first = (int) Math.floor(source - reach(scale)) + 1;
    double sum = 0;
    for (int t = 0; t < taps; t++) {
      int position = first + t;
      boolean inside = position >= 0 && position < axis.in();
      double distance = Math.abs(source - position) * shrinking(scale);
      double weight = onlyInside && !inside ? 0 : weight(distance);
      axis.from()[at * taps + t] = within(position, axis.in());
      axis.weights()[at * taps + t] = weight;
      sum += weight;
    }
    for (int t = 0; (onlyInside || smooth) && t < taps; t++) {
      axis.weights()[at * taps + t] /= sum;
    }
  }

  private long round(double source, double scale) {
    return (long)
        switch (rounding) {
          case "round_prefer_ceil" -> Math.floor(source + 0.5);
          case "floor" -> Math.floor(source);
          case "ceil" -> Math.ceil(source);
          case OUTWARD -> scale < 1 ? Math.ceil(source) : Math.floor(source);
          default -> Math.ceil(source - 0.5);
        };
  }

  private static int within(long position, int extent) {
    return (int) Math.max(0, Math.min(extent - 1, position));
  }

  /** Weight of an element at a distance. */
  private double weight(double distance) {
    double d = distance;
    if (interpolation.equals("linear")) {
      return Math.max(0, 1 - d);
    }
    if (d <= 1) {
      return ((cubic + 2) * d - (cubic + 3)) * d * d + 1;
    }
    return d < 2 ? ((cubic * d - 5 * cubic) * d + 8 * cubic) * d - 4 * cubic : 0;
  }
}
