package io.espalier.engine;

import io.espalier.api.Node;
import io.espalier.api.Shape;
import java.util.Collections;
import java.util.List;

/**
 * A window that slides over the one or two spatial axes of a signal or an image, for convolution
 * and pooling.
 *
 * @param channels of the input
 * @param height of the input
 * @param width of the input
 * @param outHeight of the output
 * @param outWidth of the output
 * @param kernelHeight rows of the window
 * @param kernelWidth columns of the window
 * @param strideY rows from one output to the next
 * @param strideX columns from one output to the next
 * @param dilationY rows from one tap to the next
 * @param dilationX columns from one tap to the next
 * @param top rows of padding above
 * @param left columns of padding before
 * @param bottom rows of padding below
 * @param right columns of padding behind
 */
record Window(
    int channels,
    int height,
    int width,
    int outHeight,
    int outWidth,
    int kernelHeight,
    int kernelWidth,
    int strideY,
    int strideX,
    int dilationY,
    int dilationX,
    int top,
    int left,
    int bottom,
    int right) {
  /** What the window does along one axis; along the axis that a signal lacks, nothing. */
  private record Slide(
      long in, long out, long kernel, long stride, long dilation, long before, long behind) {
    static final Slide NONE = new Slide(1, 1, 1, 1, 1, 0, 0);

    static Slide of(Node node, int axis, List<Long> kernel, Shape input, Shape output) {
      List<Long> ones = Collections.nCopies(kernel.size(), 1L);
      long stride = node.intsAttribute("strides", ones).get(axis);
      long dilation = node.intsAttribute("dilations", ones).get(axis);
      long in = input.dim(axis + 1);
      long out = output.dim(axis + 1);
      long[] pads = pads(node, axis, in, out, kernel, stride, dilation);
      if (pads[0] < 0 || pads[1] < 0) {
        throw Binder.refuse(node, "negative padding cannot be trained");
      }
      return new Slide(in, out, kernel.get(axis), stride, dilation, pads[0], pads[1]);
    }
  }

  /**
   * The window of a node, as its attributes say. A signal is an image of one row.
   *
   * @param input shape of one sample of the input: channels, height, width, or channels, width
   * @param output shape of one sample of the output
   * @param kernel extents of the window
   * @throws io.espalier.api.EspalierException ({@link io.espalier.api.FailureCode#MODEL}) if the
   *     input is neither a signal nor an image
   */
  static Window of(Node node, Shape input, Shape output, List<Long> kernel) {
    int axes = kernel.size();
    if (axes < 1 || axes > 2 || input.rank() != axes + 1 || output.rank() != axes + 1) {
      throw Binder.refuse(
          node,
          "one sample is %s; only signals of channels x width and images of channels x height x width can be trained"
              .formatted(input));
    }
    Slide down = axes == 2 ? Slide.of(node, 0, kernel, input, output) : Slide.NONE;
    Slide along = Slide.of(node, axes - 1, kernel, input, output);
    return new Window(
        (int) input.dim(0),
        (int) down.in,
        (int) along.in,
        (int) down.out,
        (int) along.out,
        (int) down.kernel,
        (int) along.kernel,
        (int) down.stride,
        (int) along.stride,
        (int) down.dilation,
        (int) along.dilation,
        (int) down.before,
        (int) along.before,
        (int) down.behind,
        (int) along.behind);
  }

  /**
   * Checks that every output sees some of the image, as pooling needs it.
   *
   * @throws io.espalier.api.EspalierException ({@link io.espalier.api.FailureCode#MODEL}) if not
   */
  void requireSight(Node node) {
    boolean blind = false;
    for (int i = 0; i < outHeight; i++) {
      blind |= taps(i * strideY - top, kernelHeight, dilationY, height) == 0;
    }
    for (int j = 0; j < outWidth; j++) {
      blind |= taps(j * strideX - left, kernelWidth, dilationX, width) == 0;
    }
    if (blind) {
      throw Binder.refuse(node, "some windows lie wholly in the padding");
    }
  }

  private static int taps(int start, int kernel, int dilation, int extent) {
    int inside = 0;
    for (int k = 0; k < kernel; k++) {
      int at = start + k * dilation;
      inside += at >= 0 && at < extent ? 1 : 0;
    }
    return inside;
  }

  /** Padding before and behind along one axis. */
  private static long[] pads(
      Node node, int axis, long in, long out, List<Long> kernel, long stride, long dilation) {
    String auto = node.textAttribute("auto_pad", "NOTSET");
    if (auto.equals("VALID")) {
      return new long[] {0, 0};
    }
    if (auto.startsWith("SAME")) {
      long total = Math.max(0, (out - 1) * stride + (kernel.get(axis) - 1) * dilation + 1 - in);
      long less = total / 2;
      return auto.equals("SAME_UPPER")
          ? new long[] {less, total - less}
          : new long[] {total - less, less};
    }
    List<Long> pads = node.intsAttribute("pads", Collections.nCopies(2 * kernel.size(), 0L));
    return new long[] {pads.get(axis), pads.get(axis + kernel.size())};
  }

  /** Elements of one output channel. */
  int outArea() {
    return outHeight * outWidth;
  }

  /** Elements of one input channel. */
  int area() {
    return height * width;
  }

  boolean padded() {
    return top != 0 || left != 0 || bottom != 0 || right != 0;
  }
}
