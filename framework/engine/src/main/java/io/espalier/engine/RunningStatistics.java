package io.espalier.engine;

import io.espalier.api.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Running mean and variance of all normalisations of a plan: what measuring normalises with.
 * Training moves them towards those of each batch; no gradient does.
 */
final class RunningStatistics {
  private final Cuts cuts;
  private final float[] means;
  private final float[] variances;

  /** Statistics as the model has them. */
  RunningStatistics(Cuts cuts) {
    this.cuts = cuts;
    means = new float[cuts.channels()];
    variances = new float[cuts.channels()];
    for (Normalisation normalisation : cuts.normalisations()) {
      FloatBuffer mean = normalisation.mean().floats();
      FloatBuffer variance = normalisation.variance().floats();
      for (int c = 0; c < normalisation.channels(); c++) {
        means[normalisation.first() + c] = mean.get(c);
        variances[normalisation.first() + c] = variance.get(c);
      }
    }
  }

  /**
   * @param channel among those of all normalisations
   */
  float mean(int channel) {
    return means[channel];
  }

  /**
   * @param channel among those of all normalisations
   */
  float variance(int channel) {
    return variances[channel];
  }

  /**
   * Moves the statistics of a channel as ONNX defines it: {@code running * share + batch * (1 -
   * share)}.
   *
   * @param channel among those of all normalisations
   * @param share what stays of the old statistics, 0 to 1
   */
  void move(int channel, double mean, double variance, double share) {
    means[channel] = (float) (means[channel] * share + mean * (1 - share));
    variances[channel] = (float) (variances[channel] * share + variance * (1 - share));
  }

  /** Copies as tensors of the model, two for each normalisation. */
  List<Tensor> tensors() {
    List<Tensor> tensors = new ArrayList<>();
    for (Normalisation normalisation : cuts.normalisations()) {
      tensors.add(copy(normalisation, normalisation.mean(), means));
      tensors.add(copy(normalisation, normalisation.variance(), variances));
    }
    return tensors;
  }

  private static Tensor copy(Normalisation normalisation, Tensor model, float[] from) {
    float[] values = new float[normalisation.channels()];
    System.arraycopy(from, normalisation.first(), values, 0, values.length);
    return Tensor.ofFloats(model.name(), model.shape(), values);
  }

  /** Name of the first tensor that is not finite. */
  Optional<String> firstNonFinite() {
    for (Tensor tensor : tensors()) {
      for (float value : tensor.toFloatArray()) {
        if (!Float.isFinite(value)) {
          return Optional.of(tensor.name());
        }
      }
    }
    return Optional.empty();
  }
}
