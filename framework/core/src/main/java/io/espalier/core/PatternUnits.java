package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Structure;
import java.util.Optional;

/**
 * An N:M pattern: of every {@code of} neighbours along the input channels, the {@code zeros} of
 * least score are the candidates, and only candidates are units. So a run is never pruned past the
 * pattern, and at the pattern's own sparsity every run has exactly its zeros.
 *
 * <p>A. Mishra et al.: Accelerating Sparse Deep Neural Networks, 2021, arXiv:2104.08378, section
 * 3.2, for 2:4.
 */
final class PatternUnits extends Units {
  private final Structure.Pattern pattern;
  private final int inputs;
  private final int stride;
  private final int[] candidates;

  /**
   * @throws EspalierException ({@link FailureCode#USAGE}) if the weight has fewer input channels
   *     than a run has neighbours
   */
  PatternUnits(Layer layer, Structure.Pattern pattern) {
    super(layer);
    this.pattern = pattern;
    this.inputs = layer.inputs();
    if (layer.inputAxis() < 0 || inputs < pattern.of()) {
      throw new EspalierException(
          FailureCode.USAGE,
          "sparsityMByN: the weight '%s' (%s) of layer '%s' has %d input channels, fewer than the %d of a run; exclude the layer"
              .formatted(
                  layer.weight(),
                  layer.shape(),
                  layer.name(),
                  layer.inputAxis() < 0 ? 0 : inputs,
                  pattern.of()));
    }
    int inner = 1;
    for (int axis = layer.inputAxis() + 1; axis < layer.shape().rank(); axis++) {
      inner *= (int) layer.shape().dim(axis);
    }
    this.stride = inner;
    int lines = (int) layer.shape().size() / inputs;
    this.candidates = new int[lines * zerosOfLine()];
  }

  private int zerosOfLine() {
    int rest = inputs % pattern.of();
    return inputs / pattern.of() * pattern.zeros() + zerosOf(rest);
  }

  /** Zeros of a run that has only so many real neighbours. */
  private int zerosOf(int real) {
    return real == 0 ? 0 : Math.max(0, pattern.zeros() - (pattern.of() - real));
  }

  @Override
  int count() {
    return candidates.length;
  }

  /** All candidates go at the pattern's own share, and evenly fewer below it. */
  @Override
  int dropped(double sparsity) {
    double share = (double) pattern.zeros() / pattern.of();
    return (int) Math.rint(count() * Math.min(1, sparsity / share));
  }

  @Override
  int most() {
    return count();
  }

  @Override
  int droppedIn(Mask mask) {
    return mask.size() - mask.kept();
  }

  @Override
  float[] pool(float[] scores) {
    float[] own = new float[candidates.length];
    int found = 0;
    int lines = scores.length / inputs;
    for (int line = 0; line < lines; line++) {
      int first = line / stride * stride * inputs + line % stride;
      for (int run = 0; run < inputs; run += pattern.of()) {
        int real = Math.min(pattern.of(), inputs - run);
        found = lowest(scores, first + run * stride, real, found);
      }
    }
    for (int i = 0; i < own.length; i++) {
      own[i] = scores[candidates[i]];
    }
    return own;
  }

  /** Adds the candidates of a run, lowest score first, of equal ones the lower index. */
  private int lowest(float[] scores, int first, int real, int found) {
    int zeros = real == pattern.of() ? pattern.zeros() : zerosOf(real);
    boolean[] taken = new boolean[real];
    for (int n = 0; n < zeros; n++) {
      int least = -1;
      for (int i = 0; i < real; i++) {
        if (!taken[i]
            && (least < 0 || scores[first + i * stride] < scores[first + least * stride])) {
          least = i;
        }
      }
      taken[least] = true;
      candidates[found + n] = first + least * stride;
    }
    return found + zeros;
  }

  @Override
  Mask mask(long[] kept) {
    long[] weights = Ranking.all((int) layer().shape().size());
    for (int i = 0; i < candidates.length; i++) {
      if (!has(kept, i)) {
        weights[candidates[i] / Long.SIZE] &= ~(1L << candidates[i]);
      }
    }
    return ofWeights(weights);
  }

  @Override
  Optional<String> problem(Mask mask, int dropped) {
    int zeros = mask.size() - mask.kept();
    if (zeros != dropped) {
      return Optional.of(
          "cuts %d of %d weights; it is to cut %d".formatted(zeros, mask.size(), dropped));
    }
    int lines = mask.size() / inputs;
    for (int line = 0; line < lines; line++) {
      int first = line / stride * stride * inputs + line % stride;
      for (int run = 0; run < inputs; run += pattern.of()) {
        int real = Math.min(pattern.of(), inputs - run);
        int cut = 0;
        for (int i = 0; i < real; i++) {
          cut += mask.keeps(first + (run + i) * stride) ? 0 : 1;
        }
        if (cut > (real == pattern.of() ? pattern.zeros() : zerosOf(real))) {
          return Optional.of(
              "cuts %d of the %d neighbours from weight %d on; the pattern is %s"
                  .formatted(cut, real, first + run * stride, pattern));
        }
      }
    }
    return Optional.empty();
  }
}
