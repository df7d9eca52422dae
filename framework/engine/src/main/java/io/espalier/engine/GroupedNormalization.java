package io.espalier.engine;

import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.core.Broadcast;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * ONNX LayerNormalization, InstanceNormalization and GroupNormalization: each sample is cut into
 * groups of neighbouring elements, and a group is shifted and scaled to mean 0 and variance 1, then
 * by trained scale and bias (Ba, Kiros and Hinton 2016; Wu and He 2018). Sums are in double
 * precision.
 */
final class GroupedNormalization implements Operation {
  private static final float DEFAULT_EPSILON = 1e-5f;
  private static final int SCALES_BY_CHANNEL = 21;

  private final Value input;
  private final Value output;
  private final int length;
  private final ParameterSlot scale;
  private final Optional<ParameterSlot> bias;
  private final int[] scaleAt;
  private final int[] biasAt;
  private final double epsilon;
  private final int means;
  private final int factors;

  /** Elements of a group and which scale and bias goes to each element of a sample. */
  private record Division(int length, int[] scaleAt, int[] biasAt) {}

  private GroupedNormalization(
      Node node, Binder binder, Value input, Value output, Division division) {
    this.input = input;
    this.output = output;
    this.length = division.length();
    this.scaleAt = division.scaleAt();
    this.biasAt = division.biasAt();
    this.scale = parameter(node, binder, 1);
    this.bias = node.hasInput(2) ? Optional.of(parameter(node, binder, 2)) : Optional.empty();
    this.epsilon = node.realAttribute("epsilon", DEFAULT_EPSILON);
    long groups = (long) binder.tile() * (input.size() / length);
    this.means = binder.floats(groups);
    this.factors = binder.floats(groups);
  }

  private static ParameterSlot parameter(Node node, Binder binder, int index) {
    return binder.flat(node, constant(node, binder, index));
  }

  private static Tensor constant(Node node, Binder binder, int index) {
    return binder
        .constant(node, index)
        .orElseThrow(() -> Binder.refuse(node, "input %d is not a constant".formatted(index)));
  }

  static void bindLayer(Node node, Binder binder) {
    Value input = binder.value(node, 0);
    Shape sample = input.shape();
    int axis = Axes.withinSample(node, binder, node.intAttribute("axis", -1), input);
    int[] scaleAt = Broadcast.positions(constant(node, binder, 1).shape(), sample);
    int[] biasAt =
        node.hasInput(2) ? Broadcast.positions(constant(node, binder, 2).shape(), sample) : scaleAt;
    int length = Axes.product(input, axis, sample.rank());
    GroupedNormalization operation =
        add(node, binder, input, new Division(length, scaleAt, biasAt));
    for (int i = 1; i <= 2; i++) {
      if (binder.isUsed(node, i)) {
        Value output = binder.define(node.outputs().get(i), input.trained());
        binder.add(
            node,
            new GroupStatistic(input, output, length, operation.means, operation.factors, i == 2));
      }
    }
  }

  static void bindInstance(Node node, Binder binder) {
    Value input = binder.value(node, 0);
    int area = Axes.product(input, 1, input.shape().rank());
    addEven(node, binder, input, area, area);
  }

  static void bindGroup(Node node, Binder binder) {
    Value input = binder.value(node, 0);
    int length = input.size() / Math.toIntExact(node.intAttribute("num_groups", 1));
    boolean byChannel = binder.opset() >= SCALES_BY_CHANNEL;
    int area = byChannel ? Axes.product(input, 1, input.shape().rank()) : length;
    addEven(node, binder, input, length, area);
  }

  private static void addEven(Node node, Binder binder, Value input, int length, int perScale) {
    int[] at = IntStream.range(0, input.size()).map(i -> i / perScale).toArray();
    add(node, binder, input, new Division(length, at, at));
  }

  private static GroupedNormalization add(
      Node node, Binder binder, Value input, Division division) {
    Value output = binder.define(node.outputs().get(0), true);
    GroupedNormalization operation =
        new GroupedNormalization(node, binder, input, output, division);
    binder.add(node, operation);
    return operation;
  }

  @Override
  public Value output() {
    return output;
  }

  @Override
  public void forward(Frame frame) {
    int groups = input.size() / length;
    for (int s = 0; s < frame.samples; s++) {
      for (int g = 0; g < groups; g++) {
        measure(frame, s * input.stride() + g * length, s * groups + g);
        normalise(frame, s * input.stride(), g * length, s * groups + g);
      }
    }
  }

  private void measure(Frame frame, int from, int group) {
    float[] x = frame.data(input);
    double sum = 0;
    for (int i = from; i < from + length; i++) {
      sum += x[i];
    }
    double mean = sum / length;
    double squares = 0;
    for (int i = from; i < from + length; i++) {
      squares += (x[i] - mean) * (x[i] - mean);
    }
    frame.floats[means][group] = (float) mean;
    frame.floats[factors][group] = (float) (1 / Math.sqrt(squares / length + epsilon));
  }

  private void normalise(Frame frame, int sample, int from, int group) {
    float[] x = frame.data(input);
    float[] y = frame.data(output);
    float mean = frame.floats[means][group];
    float factor = frame.floats[factors][group];
    for (int i = from; i < from + length; i++) {
      float shift = bias.isPresent() ? frame.weights[bias.get().offset() + biasAt[i]] : 0;
      float by = frame.weights[scale.offset() + scaleAt[i]];
      y[sample + i] = (x[sample + i] - mean) * factor * by + shift;
    }
  }

  @Override
  public void backward(Frame frame) {
    int groups = input.size() / length;
    for (int s = 0; s < frame.samples; s++) {
      for (int g = 0; g < groups; g++) {
        parameterGradients(frame, s * input.stride(), g * length, s * groups + g);
        if (input.trained()) {
          inputGradient(frame, s * input.stride(), g * length, s * groups + g);
        }
      }
    }
  }

  private void parameterGradients(Frame frame, int sample, int from, int group) {
    float[] x = frame.data(input);
    float[] dy = frame.gradient(output);
    float mean = frame.floats[means][group];
    float factor = frame.floats[factors][group];
    for (int i = from; i < from + length; i++) {
      float normal = (x[sample + i] - mean) * factor;
      frame.weightGradients[scale.offset() + scaleAt[i]] += dy[sample + i] * normal;
      if (bias.isPresent()) {
        frame.weightGradients[bias.get().offset() + biasAt[i]] += dy[sample + i];
      }
    }
  }

  private void inputGradient(Frame frame, int sample, int from, int group) {
    float[] x = frame.data(input);
    float[] dx = frame.accumulate(input);
    float[] dy = frame.gradient(output);
    float mean = frame.floats[means][group];
    float factor = frame.floats[factors][group];
    double sum = 0;
    double product = 0;
    for (int i = from; i < from + length; i++) {
      float gradient = dy[sample + i] * frame.weights[scale.offset() + scaleAt[i]];
      sum += gradient;
      product += (double) gradient * (x[sample + i] - mean) * factor;
    }
    float shift = (float) (sum / length);
    float slope = (float) (product / length);
    for (int i = from; i < from + length; i++) {
      float gradient = dy[sample + i] * frame.weights[scale.offset() + scaleAt[i]];
      float normal = (x[sample + i] - mean) * factor;
      dx[sample + i] += factor * (gradient - shift - normal * slope);
    }
  }
}
