package io.espalier.engine;

import io.espalier.api.DataType;
import io.espalier.api.Node;
import io.espalier.api.Tensor;
import java.util.stream.IntStream;

/**
 * ONNX BatchNormalization (Ioffe and Szegedy 2015) and the Relu that follows it. Training
 * normalises each channel with mean and population variance of the batch, measuring with the
 * running ones; scale and bias are trained.
 *
 * <p>It runs as two operations: {@link Gathering} before the cut of the plan, this after it.
 */
final class BatchNormalization implements Operation {
  private static final float DEFAULT_EPSILON = 1e-5f;
  private static final float DEFAULT_MOMENTUM = 0.9f;

  private final Channels channels;
  private final Value output;
  private final boolean relu;
  private final ParameterSlot scale;
  private final ParameterSlot bias;
  private final double epsilon;

  private BatchNormalization(
      Channels channels,
      Binder.Fusible output,
      ParameterSlot scale,
      ParameterSlot bias,
      double epsilon) {
    this.channels = channels;
    this.output = output.value();
    this.relu = output.relu();
    this.scale = scale;
    this.bias = bias;
    this.epsilon = epsilon;
  }

  static void bind(Node node, Binder binder) {
    Settings settings = Settings.of(node, binder);
    Value input = binder.value(node, 0);
    int count = settings.mean().size();
    Channels channels =
        new Channels(input, settings.cut(node, binder, input), count, input.size() / count);
    Binder.Fusible output = binder.output(node, true);
    binder.keepGradient(output.value());
    binder.add(node, new Gathering(channels, output.value(), settings.scale()));
    binder.add(
        node,
        new BatchNormalization(
            channels, output, settings.scale(), settings.bias(), settings.epsilon()));
  }

  /** What a node says of itself. */
  record Settings(
      Tensor mean,
      Tensor variance,
      ParameterSlot scale,
      ParameterSlot bias,
      double momentum,
      double epsilon) {
    static Settings of(Node node, Binder binder) {
      if (IntStream.range(1, node.outputs().size()).anyMatch(i -> binder.isUsed(node, i))) {
        throw Binder.refuse(
            node,
            "gives the graph statistics that a step has updated; a training updates the tensors themselves, so nothing may use these outputs (or export with training_mode = 0)");
      }
      double epsilon = node.realAttribute("epsilon", DEFAULT_EPSILON);
      double momentum = node.realAttribute("momentum", DEFAULT_MOMENTUM);
      if (!(momentum >= 0 && momentum <= 1) || !(epsilon >= 0)) {
        throw Binder.refuse(
            node,
            "momentum is %s and epsilon %s (allowed: 0 to 1, and not negative)"
                .formatted(momentum, epsilon));
      }
      return new Settings(
          constant(node, binder, 3, "running mean"),
          constant(node, binder, 4, "running variance"),
          binder.flat(node, constant(node, binder, 1, "scale")),
          binder.flat(node, constant(node, binder, 2, "bias")),
          momentum,
          epsilon);
    }

    /** Cuts the plan; gives the position of the first channel among all normalisations'. */
    int cut(Node node, Binder binder, Value input) {
      return binder.cut(node, input, mean, variance, momentum, epsilon);
    }
  }

  private static Tensor constant(Node node, Binder binder, int index, String what) {
    return binder
        .constant(node, index)
        .filter(tensor -> tensor.type() == DataType.FLOAT)
        .orElseThrow(() -> Binder.refuse(node, "its %s is not a constant float".formatted(what)));
  }

  /**
   * How a value divides into channels; where every element is normalised by itself, each is one.
   *
   * @param value samples of channels x anything
   * @param first position of the first channel among those of all normalisations
   * @param count of channels
   * @param area elements of one channel of one sample
   */
  private record Channels(Value value, int first, int count, int area) {
    int begin(int sample, int channel) {
      return sample * value.stride() + channel * area;
    }
  }

  /** What happens before the cut: the batch's statistics, and the gradient of the input. */
  private record Gathering(Channels channels, Value normalised, ParameterSlot scale)
      implements Operation {
    /** What it looks at; it computes no value. */
    @Override
    public Value output() {
      return channels.value();
    }

    @Override
    public void forward(Frame frame) {
      if (!frame.training) {
        return;
      }
      float[] x = frame.data(channels.value());
      for (int s = 0; s < frame.samples; s++) {
        for (int c = 0; c < channels.count(); c++) {
          int from = channels.begin(s, c);
          frame.moments.gather(frame.group, channels.first() + c, x, from, from + channels.area());
        }
      }
    }

    @Override
    public void recall(Frame frame) {}

    @Override
    public void backward(Frame frame) {
      float[] x = frame.data(channels.value());
      float[] dx = frame.accumulate(channels.value());
      float[] dy = frame.gradient(normalised);
      for (int s = 0; s < frame.samples; s++) {
        for (int c = 0; c < channels.count(); c++) {
          int channel = channels.first() + c;
          double deviation = frame.moments.deviation(channel);
          float factor = (float) (frame.weights[scale.offset() + c] / deviation);
          float slope = (float) frame.moments.slope(channel);
          float product = (float) (frame.moments.product(channel) / deviation);
          float mean = (float) frame.moments.mean(channel);
          int from = channels.begin(s, c);
          inputGradients(dx, dy, x, from, from + channels.area(), factor, slope, product, mean);
        }
      }
    }

    private static void inputGradients(
        float[] dx,
        float[] dy,
        float[] x,
        int from,
        int to,
        float factor,
        float slope,
        float product,
        float mean) {
      for (int i = from; i < to; i++) {
        dx[i] += factor * (dy[i] - slope - (x[i] - mean) * product);
      }
    }
  }

  @Override
  public Value output() {
    return output;
  }

  @Override
  public void forward(Frame frame) {
    float[] x = frame.data(channels.value());
    float[] y = frame.data(output);
    for (int s = 0; s < frame.samples; s++) {
      for (int c = 0; c < channels.count(); c++) {
        int channel = channels.first() + c;
        double mean = frame.moments.running().mean(channel);
        double deviation;
        if (frame.training) {
          mean = frame.moments.mean(channel);
          deviation = frame.moments.deviation(channel);
        } else {
          deviation = Math.sqrt(frame.moments.running().variance(channel) + epsilon);
        }
        float factor = (float) (frame.weights[scale.offset() + c] / deviation);
        float shift = frame.weights[bias.offset() + c];
        int from = channels.begin(s, c);
        normalise(x, y, from, from + channels.area(), (float) mean, factor, shift);
        if (relu) {
          rectify(y, from, from + channels.area());
        }
      }
    }
  }

  private static void normalise(
      float[] x, float[] y, int from, int to, float mean, float factor, float shift) {
    for (int i = from; i < to; i++) {
      y[i] = (x[i] - mean) * factor + shift;
    }
  }

  private static void rectify(float[] y, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = Math.max(y[i], 0f);
    }
  }

  @Override
  public void recall(Frame frame) {}

  @Override
  public void backward(Frame frame) {
    float[] x = frame.data(channels.value());
    float[] y = frame.data(output);
    float[] dy = frame.gradient(output);
    for (int s = 0; s < frame.samples; s++) {
      for (int c = 0; c < channels.count(); c++) {
        int from = channels.begin(s, c);
        int to = from + channels.area();
        if (relu) {
          frame.kernels.rectifyGradientRows(dy, y, from, 0, dy, from, 0, 1, channels.area());
        }
        gatherGradients(frame, c, dy, x, from, to);
      }
    }
  }

  private void gatherGradients(Frame frame, int c, float[] dy, float[] x, int from, int to) {
    int channel = channels.first() + c;
    double mean = frame.moments.mean(channel);
    double slope = 0;
    double furtherSlope = 0;
    double product = 0;
    double furtherProduct = 0;
    int i = from;
    for (; i + 1 < to; i += 2) {
      slope += dy[i];
      furtherSlope += dy[i + 1];
      product += dy[i] * (x[i] - mean);
      furtherProduct += dy[i + 1] * (x[i + 1] - mean);
    }
    if (i < to) {
      slope += dy[i];
      product += dy[i] * (x[i] - mean);
    }
    double whole = slope + furtherSlope;
    double weighted = (product + furtherProduct) / frame.moments.deviation(channel);
    frame.moments.gatherGradients(frame.group, channel, whole, weighted);
    frame.weightGradients[bias.offset() + c] += (float) whole;
    frame.weightGradients[scale.offset() + c] += (float) weighted;
  }
}
