package io.espalier.engine;

import io.espalier.api.Node;
import io.espalier.api.Shape;
import java.util.List;

/**
 * A window that slides over the two spatial axes of an image, for convolution and pooling.
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
  /**
   * The window of a node, as its attributes say.
   *
   * @param input shape of one sample of the input: channels, height, width
   * @param output shape of one sample of the output
   * @throws io.espalier.api.EspalierException ({@link io.espalier.api.FailureCode#MODEL}) if the
   *     image has not two axes
   */
  static Window of(Node node, Shape input, Shape output, long kernelHeight, long kernelWidth) {
    if (input.rank() != 3 || output.rank() != 3) {
      throw Binder.refuse(
          node,
          "one sample is %s; only images of channels x height x width can be trained"
              .formatted(input));
    }
    List<Long> strides = node.intsAttribute("strides", List.of(1L, 1L));
    List<Long> dilations = node.intsAttribute("dilations", List.of(1L, 1L));
    long[] vertical =
        pads(node, 0, input.dim(1), output.dim(1), kernelHeight, strides.get(0), dilations.get(0));
    long[] horizontal =
        pads(node, 1, input.dim(2), output.dim(2), kernelWidth, strides.get(1), dilations.get(1));
    Window window =
        new Window(
            (int) input.dim(0),
            (int) input.dim(1),
            (int) input.dim(2),
            (int) output.dim(1),
            (int) output.dim(2),
            (int) kernelHeight,
            (int) kernelWidth,
            strides.get(0).intValue(),
            strides.get(1).intValue(),
            dilations.get(0).intValue(),
            dilations.get(1).intValue(),
            (int) vertical[0],
            (int) horizontal[0],
            (int) vertical[1],
            (int) horizontal[1]);
    if (vertical[0] < 0 || vertical[1] < 0 || horizontal[0] < 0 || horizontal[1] < 0) {
      throw Binder.refuse(node, "negative padding cannot be trained");
    }
    return window;
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
      Node node, int axis, long in, long out, long kernel, long stride, long dilation) {
    String auto = node.textAttribute("auto_pad", "NOTSET");
    if (auto.equals("VALID")) {
      return new long[] {0, 0};
    }
    if (auto.startsWith("SAME")) {
      long total = Math.max(0, (out - 1) * stride + (kernel - 1) * dilation + 1 - in);
      long less = total / 2;
      return auto.equals("SAME_UPPER")
          ? new long[] {less, total - less}
          : new long[] {total - less, less};
    }
    List<Long> pads = node.intsAttribute("pads", List.of(0L, 0L, 0L, 0L));
    return new long[] {pads.get(axis), pads.get(axis + 2)};
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
