package io.espalier.runtime.measure;

import io.espalier.api.Layer;
import io.espalier.api.Shape;
import io.espalier.api.Statistic;
import io.espalier.api.Tensor;
import io.espalier.core.LayerValues;
import io.espalier.runtime.measure.ActivationStatistics.Activation;
import java.nio.FloatBuffer;
import java.util.Optional;

/** Adds up one statistic of one layer, batch by batch. */
abstract class ActivationTally {
  private final Statistic kind;
  private final Layer layer;
  private final String value;

  ActivationTally(Statistic kind, Layer layer, String value) {
    this.kind = kind;
    this.layer = layer;
    this.value = value;
  }

  static ActivationTally of(
      Statistic kind, Layer layer, LayerValues values, Optional<Activation> activation) {
    return switch (kind) {
      case INPUT_NORM ->
          new ChannelTally(kind, layer, values.input(), values.inputAxis(), Optional.empty());
      case INPUT_GRAM -> new GramTally(layer, values);
      default ->
          new ChannelTally(
              kind,
              layer,
              activation.isPresent() ? values.linear() : values.active(),
              values.outputAxis(),
              activation);
    };
  }

  Statistic kind() {
    return kind;
  }

  Layer layer() {
    return layer;
  }

  /** The value in the graph that it looks at. */
  String value() {
    return value;
  }

  /**
   * Takes a batch in.
   *
   * @param activations row-major
   * @param shape of the activations, batch first
   * @param samples how many of the batch count, from the first on
   */
  abstract void add(FloatBuffer activations, long[] shape, int samples);

  abstract Tensor result();

  /** A number for each channel. */
  private static final class ChannelTally extends ActivationTally {
    private final int axis;
    private final Optional<Activation> activation;
    private double[] sums = new double[0];
    private long each;

    ChannelTally(
        Statistic kind, Layer layer, String value, int axis, Optional<Activation> activation) {
      super(kind, layer, value);
      this.axis = axis;
      this.activation = activation;
    }

    @Override
    void add(FloatBuffer activations, long[] shape, int samples) {
      int at = axis < 0 ? shape.length + axis : axis;
      int channels = (int) shape[at];
      int inner = 1;
      for (int i = at + 1; i < shape.length; i++) {
        inner *= (int) shape[i];
      }
      int outer = samples;
      for (int i = 1; i < at; i++) {
        outer *= (int) shape[i];
      }
      if (sums.length == 0) {
        sums = new double[channels];
      }
      for (int o = 0; o < outer; o++) {
        for (int c = 0; c < channels; c++) {
          int first = (o * channels + c) * inner;
          sums[c] += sum(activations, first, inner);
        }
      }
      each += (long) outer * inner;
    }

    private double sum(FloatBuffer activations, int first, int count) {
      double sum = 0;
      for (int i = first; i < first + count; i++) {
        float raw = activations.get(i);
        float x = activation.isPresent() ? activation.get().of(raw) : raw;
        sum +=
            switch (kind()) {
              case INPUT_NORM -> (double) x * x;
              case OUTPUT_ZERO_SHARE -> x == 0 ? 1 : 0;
              default -> x;
            };
      }
      return sum;
    }

    @Override
    Tensor result() {
      float[] values = new float[sums.length];
      for (int c = 0; c < values.length; c++) {
        values[c] = (float) (kind() == Statistic.INPUT_NORM ? Math.sqrt(sums[c]) : sums[c] / each);
      }
      return Tensor.ofFloats(layer().weight(), Shape.of(values.length), values);
    }
  }
}
