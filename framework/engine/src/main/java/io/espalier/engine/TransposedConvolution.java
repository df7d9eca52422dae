package io.espalier.engine;

import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * ONNX ConvTranspose over signals and images: what carries a convolution's gradient to its input
 * (Dumoulin and Visin 2016, chapter 4). Each input element adds a window of weights to the output.
 *
 * <p>Tap by tap: the weights of one tap are a matrix of input by output channels; its product with
 * all input planes is added to the output at the tap's offset.
 */
final class TransposedConvolution implements Operation {
  private final Value input;
  private final Value output;
  private final ParameterSlot weight;
  private final Optional<ParameterSlot> bias;
  private final int groups;
  private final int ins;
  private final int outs;
  private final int area;
  private final int length;
  private final Span down;
  private final Span along;
  private final int[] inputRows;
  private final int[] outputRows;
  private final int sums;
  private final int inputGradients;

  /** How input positions reach output positions along one axis. */
  private record Span(int in, int out, int kernel, int stride, int dilation, int before) {
    /** The output position that a tap of an input position adds to; outside it adds to nothing. */
    int target(int at, int tap) {
      return at * stride + tap * dilation - before;
    }
  }

  private TransposedConvolution(
      Node node,
      Binder binder,
      Value input,
      Value output,
      ParameterSlot weight,
      Optional<ParameterSlot> bias) {
    this.input = input;
    this.output = output;
    this.weight = weight;
    this.bias = bias;
    this.groups = (int) node.intAttribute("group", 1);
    this.ins = (int) input.shape().dim(0) / groups;
    this.outs = (int) output.shape().dim(0) / groups;
    int axes = input.shape().rank() - 1;
    this.down = axes == 2 ? span(node, 0) : new Span(1, 1, 1, 1, 1, 0);
    this.along = span(node, axes - 1);
    this.area = down.in * along.in;
    this.length = Kernels.padded(area);
    this.inputRows = new int[ins];
    Arrays.setAll(inputRows, c -> c * area);
    this.outputRows = new int[outs];
    Arrays.setAll(outputRows, o -> o * length);
    this.sums = binder.floats((long) outs * length);
    this.inputGradients = binder.floats((long) ins * length);
  }

  static void bind(Node node, Binder binder) {
    Value input = binder.value(node, 0);
    Tensor weight = constant(node, binder, 1);
    Shape sample = input.shape();
    if (sample.rank() < 2 || sample.rank() > 3) {
      throw Binder.refuse(
          node,
          "one sample is %s; only signals of channels x width and images of channels x height x width can be trained"
              .formatted(sample));
    }
    Optional<ParameterSlot> bias =
        node.hasInput(2)
            ? Optional.of(binder.flat(node, constant(node, binder, 2)))
            : Optional.empty();
    Value output = binder.define(node.outputs().get(0), true);
    binder.add(
        node,
        new TransposedConvolution(node, binder, input, output, binder.flat(node, weight), bias));
  }

  private static Tensor constant(Node node, Binder binder, int index) {
    return binder
        .constant(node, index)
        .orElseThrow(() -> Binder.refuse(node, "input %d is not a constant".formatted(index)));
  }

  private Span span(Node node, int axis) {
    int axes = input.shape().rank() - 1;
    List<Long> ones = Collections.nCopies(axes, 1L);
    List<Long> zeros = Collections.nCopies(2 * axes, 0L);
    int in = (int) input.shape().dim(axis + 1);
    int out = (int) output.shape().dim(axis + 1);
    int kernel = (int) weight.shape().dim(axis + 2);
    int stride = node.intsAttribute("strides", ones).get(axis).intValue();
    int dilation = node.intsAttribute("dilations", ones).get(axis).intValue();
    int before = node.intsAttribute("pads", zeros).get(axis).intValue();
    String auto = node.textAttribute("auto_pad", "NOTSET");
    if (auto.startsWith("SAME") || node.attributes().containsKey("output_shape")) {
      int more = node.intsAttribute("output_padding", zeros).get(axis).intValue();
      int total = Math.max(0, stride * (in - 1) + more + (kernel - 1) * dilation + 1 - out);
      before = auto.equals("SAME_UPPER") ? total / 2 : total - total / 2;
    }
    return new Span(in, out, kernel, stride, dilation, before);
  }

  @Override
  public Value output() {
    return output;
  }

  private int taps() {
    return down.kernel * along.kernel;
  }

  /** Position of the weights of a group's tap. */
  private int weightAt(int group, int tap) {
    return weight.offset() + group * ins * outs * taps() + tap;
  }

  private int inputAt(int sample, int group) {
    return sample * input.stride() + group * ins * area;
  }

  private int outputAt(int sample, int channel) {
    return sample * output.stride() + channel * down.out * along.out;
  }

  @Override
  public void forward(Frame frame) {
    float[] y = frame.data(output);
    for (int s = 0; s < frame.samples; s++) {
      for (int o = 0; o < groups * outs; o++) {
        float start = bias.isPresent() ? frame.weights[bias.get().offset() + o] : 0f;
        Arrays.fill(y, outputAt(s, o), outputAt(s, o + 1), start);
      }
      for (int g = 0; g < groups; g++) {
        for (int tap = 0; tap < taps(); tap++) {
          multiply(frame, s, g, tap);
          add(frame, s, g, tap);
        }
      }
    }
  }

  @Override
  public void recall(Frame frame) {}

  private void multiply(Frame frame, int sample, int group, int tap) {
    Arrays.fill(frame.floats[sums], 0, outs * length, 0f);
    frame.kernels.combine(
        frame.floats[sums],
        0,
        length,
        outs,
        frame.weights,
        weightAt(group, tap),
        taps(),
        outs * taps(),
        frame.data(input),
        inputAt(sample, group),
        inputRows,
        0,
        ins,
        length);
  }

  /** Adds the products of a tap to the output. */
  private void add(Frame frame, int sample, int group, int tap) {
    float[] from = frame.floats[sums];
    float[] to = frame.data(output);
    for (int o = 0; o < outs; o++) {
      int plane = outputAt(sample, group * outs + o);
      for (int i = 0; i < down.in; i++) {
        int row = down.target(i, tap / along.kernel);
        if (row >= 0 && row < down.out) {
          for (int j = 0; j < along.in; j++) {
            int column = along.target(j, tap % along.kernel);
            if (column >= 0 && column < along.out) {
              to[plane + row * along.out + column] += from[o * length + i * along.in + j];
            }
          }
        }
      }
    }
  }

  /** Brings the output's gradient to where the input elements of a tap are. */
  private void gather(Frame frame, int sample, int group, int tap) {
    float[] from = frame.gradient(output);
    float[] to = frame.floats[sums];
    Arrays.fill(to, 0, outs * length, 0f);
    for (int o = 0; o < outs; o++) {
      int plane = outputAt(sample, group * outs + o);
      for (int i = 0; i < down.in; i++) {
        int row = down.target(i, tap / along.kernel);
        if (row >= 0 && row < down.out) {
          for (int j = 0; j < along.in; j++) {
            int column = along.target(j, tap % along.kernel);
            if (column >= 0 && column < along.out) {
              to[o * length + i * along.in + j] = from[plane + row * along.out + column];
            }
          }
        }
      }
    }
  }

  @Override
  public void backward(Frame frame) {
    biasGradients(frame);
    for (int s = 0; s < frame.samples; s++) {
      for (int g = 0; g < groups; g++) {
        Arrays.fill(frame.floats[inputGradients], 0, ins * length, 0f);
        for (int tap = 0; tap < taps(); tap++) {
          gather(frame, s, g, tap);
          weightGradients(frame, s, g, tap);
          if (input.trained()) {
            tapGradients(frame, g, tap);
          }
        }
        if (input.trained()) {
          addInputGradients(frame, s, g);
        }
      }
    }
  }

  private void biasGradients(Frame frame) {
    if (bias.isEmpty()) {
      return;
    }
    float[] dy = frame.gradient(output);
    for (int s = 0; s < frame.samples; s++) {
      for (int o = 0; o < groups * outs; o++) {
        float sum = 0;
        for (int i = outputAt(s, o); i < outputAt(s, o + 1); i++) {
          sum += dy[i];
        }
        frame.weightGradients[bias.get().offset() + o] += sum;
      }
    }
  }

  private void weightGradients(Frame frame, int sample, int group, int tap) {
    frame.kernels.dots(
        frame.weightGradients,
        weightAt(group, tap),
        outs * taps(),
        taps(),
        frame.data(input),
        inputAt(sample, group),
        area,
        0,
        ins,
        frame.floats[sums],
        0,
        outputRows,
        0,
        0,
        outs,
        1,
        length);
  }

  private void tapGradients(Frame frame, int group, int tap) {
    frame.kernels.combine(
        frame.floats[inputGradients],
        0,
        length,
        ins,
        frame.weights,
        weightAt(group, tap),
        outs * taps(),
        taps(),
        frame.floats[sums],
        0,
        outputRows,
        0,
        outs,
        length);
  }

  private void addInputGradients(Frame frame, int sample, int group) {
    float[] from = frame.floats[inputGradients];
    float[] to = frame.accumulate(input);
    for (int c = 0; c < ins; c++) {
      int at = inputAt(sample, group) + c * area;
      for (int i = 0; i < area; i++) {
        to[at + i] += from[c * length + i];
      }
    }
  }
}
