package io.espalier.engine;

import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.Arrays;
import java.util.Optional;

/**
 * ONNX Conv over signals and images, with groups, strides, dilations and padding, and the Relu that
 * follows it. Direct: the taps are rows of the input planes ({@link Planes}), so no column matrix
 * is ever built.
 */
final class Convolution implements Operation {
  private final Value input;
  private final Value output;
  private final boolean relu;
  private final Window window;
  private final Planes planes;
  private final ParameterSlot weight;
  private final Optional<ParameterSlot> bias;
  private final int groups;
  private final int outs;
  private final int[] termRows;
  private final int[] outRows;
  private final int spread;
  private final int sums;
  private final int ones;
  private final int sumGradients;
  private final int planeGradients;

  private Convolution(
      Binder binder,
      Value input,
      Binder.Fusible output,
      Window window,
      int groups,
      ParameterSlot weight,
      Optional<ParameterSlot> bias) {
    this.input = input;
    this.output = output.value();
    this.relu = output.relu();
    this.window = window;
    this.planes = new Planes(window);
    this.groups = groups;
    this.weight = weight;
    this.bias = bias;
    this.outs = (int) output.value().shape().dim(0);
    this.termRows = termRows();
    this.outRows = new int[outs / groups];
    Arrays.setAll(outRows, o -> o * planes.length());
    int tile = binder.tile();
    this.spread = binder.floats(planes.direct() ? 0 : (long) tile * planes.size());
    this.sums = binder.floats((long) outs * planes.length());
    this.ones = binder.floats(planes.length());
    this.sumGradients = binder.floats((long) tile * outs * planes.length());
    this.planeGradients = binder.floats(planes.direct() ? 0 : planes.size());
  }

  static void bind(Node node, Binder binder) {
    if (LaneUnits.bindConvolution(node, binder)) {
      return;
    }
    Value input = binder.value(node, 0);
    Tensor weight =
        binder
            .constant(node, 1)
            .orElseThrow(() -> Binder.refuse(node, "its weight is not a constant"));
    Shape kernel = weight.shape();
    Window window =
        Window.of(
            node, input.shape(), binder.sample(node), kernel.dims().subList(2, kernel.rank()));
    Optional<Tensor> bias =
        node.hasInput(2)
            ? Optional.of(
                binder
                    .constant(node, 2)
                    .orElseThrow(() -> Binder.refuse(node, "its bias is not a constant")))
            : Optional.empty();
    if (WinogradConvolution.bind(node, binder, input, weight, window)
        || PatchConvolution.bind(node, binder, input, weight, bias, window)) {
      return;
    }
    binder.add(
        node,
        new Convolution(
            binder,
            input,
            binder.output(node, true),
            window,
            (int) node.intAttribute("group", 1),
            binder.flat(node, weight),
            bias.map(b -> binder.flat(node, b))));
  }

  /** Row of each term of a group: its input channels times the taps. */
  private int[] termRows() {
    int[] taps = planes.taps();
    int channels = window.channels() / groups;
    int[] rows = new int[channels * taps.length];
    Arrays.setAll(rows, t -> t / taps.length * planes.channelStride() + taps[t % taps.length]);
    return rows;
  }

  @Override
  public Value output() {
    return output;
  }

  @Override
  public void forward(Frame frame) {
    for (int s = 0; s < frame.samples; s++) {
      spread(frame, s);
      sum(frame, s);
      finish(frame, s);
    }
  }

  @Override
  public void recall(Frame frame) {
    for (int s = 0; s < frame.samples; s++) {
      spread(frame, s);
    }
  }

  private void spread(Frame frame, int sample) {
    if (!planes.direct()) {
      planes.spread(
          frame.data(input), sample * input.stride(), frame.floats[spread], sample * planes.size());
    }
  }

  private float[] planesOf(Frame frame) {
    return planes.direct() ? frame.data(input) : frame.floats[spread];
  }

  private int planesStride() {
    return planes.direct() ? input.stride() : planes.size();
  }

  private void sum(Frame frame, int sample) {
    float[] to = frame.floats[sums];
    int length = planes.length();
    for (int o = 0; o < outs; o++) {
      float start = bias.isPresent() ? frame.weights[bias.get().offset() + o] : 0f;
      Arrays.fill(to, o * length, (o + 1) * length, start);
    }
    int perGroup = outs / groups;
    for (int g = 0; g < groups; g++) {
      frame.kernels.combine(
          to,
          g * perGroup * length,
          length,
          perGroup,
          frame.weights,
          weight.offset() + g * perGroup * termRows.length,
          termRows.length,
          1,
          planesOf(frame),
          sample * planesStride() + g * (window.channels() / groups) * planes.channelStride(),
          termRows,
          0,
          termRows.length,
          length);
    }
  }

  private void finish(Frame frame, int sample) {
    float[] from = frame.floats[sums];
    float[] to = frame.data(output);
    int width = window.outWidth();
    for (int o = 0; o < outs; o++) {
      int f = o * planes.length();
      int t = sample * output.stride() + o * window.outArea();
      if (relu) {
        frame.kernels.rectifyRows(from, f, planes.pitch(), to, t, width, window.outHeight(), width);
      } else {
        for (int y = 0; y < window.outHeight(); y++) {
          System.arraycopy(from, f + y * planes.pitch(), to, t + y * width, width);
        }
      }
    }
  }

  @Override
  public void backward(Frame frame) {
    for (int s = 0; s < frame.samples; s++) {
      begin(frame, s);
    }
    weightGradients(frame);
    biasGradients(frame);
    if (input.trained()) {
      for (int s = 0; s < frame.samples; s++) {
        inputGradients(frame, s);
      }
    }
  }

  /** Brings the output's gradient to the pitch of the planes. */
  private void begin(Frame frame, int sample) {
    float[] from = frame.gradient(output);
    float[] to = frame.floats[sumGradients];
    int width = window.outWidth();
    for (int o = 0; o < outs; o++) {
      int f = sample * output.stride() + o * window.outArea();
      int t = (sample * outs + o) * planes.length();
      if (relu) {
        frame.kernels.rectifyGradientRows(
            from, frame.data(output), f, width, to, t, planes.pitch(), window.outHeight(), width);
      } else {
        for (int y = 0; y < window.outHeight(); y++) {
          System.arraycopy(from, f + y * width, to, t + y * planes.pitch(), width);
        }
      }
    }
  }

  private void weightGradients(Frame frame) {
    int length = planes.length();
    int perGroup = outs / groups;
    for (int g = 0; g < groups; g++) {
      frame.kernels.dots(
          frame.weightGradients,
          weight.offset() + g * perGroup * termRows.length,
          termRows.length,
          1,
          frame.floats[sumGradients],
          g * perGroup * length,
          length,
          outs * length,
          perGroup,
          planesOf(frame),
          g * (window.channels() / groups) * planes.channelStride(),
          termRows,
          0,
          planesStride(),
          termRows.length,
          frame.samples,
          length);
    }
  }

  private void biasGradients(Frame frame) {
    if (bias.isEmpty()) {
      return;
    }
    int length = planes.length();
    Arrays.fill(frame.floats[ones], 0, length, 1f);
    frame.kernels.dots(
        frame.weightGradients,
        bias.get().offset(),
        1,
        0,
        frame.floats[sumGradients],
        0,
        length,
        outs * length,
        outs,
        frame.floats[ones],
        0,
        outRows,
        0,
        0,
        1,
        frame.samples,
        length);
  }

  private void inputGradients(Frame frame, int sample) {
    float[] gradient = frame.accumulate(input);
    float[] to = planes.direct() ? gradient : frame.floats[planeGradients];
    int base = planes.direct() ? sample * input.stride() : 0;
    if (!planes.direct()) {
      Arrays.fill(to, 0f);
    }
    int perGroup = outs / groups;
    int channels = window.channels() / groups;
    int taps = termRows.length / channels;
    for (int g = 0; g < groups; g++) {
      for (int k = 0; k < taps; k++) {
        frame.kernels.combine(
            to,
            base + g * channels * planes.channelStride() + termRows[k],
            planes.channelStride(),
            channels,
            frame.weights,
            weight.offset() + g * perGroup * termRows.length + k,
            taps,
            termRows.length,
            frame.floats[sumGradients],
            (sample * outs + g * perGroup) * planes.length(),
            outRows,
            0,
            perGroup,
            planes.length());
      }
    }
    if (!planes.direct()) {
      planes.gather(to, 0, gradient, sample * input.stride());
    }
  }
}
