package io.espalier.engine;

import io.espalier.api.DataType;
import io.espalier.api.Node;
import io.espalier.api.Tensor;
import io.espalier.core.Seeds;
import java.util.Arrays;
import java.util.Optional;

/**
 * ONNX Dropout: while training, an element is zero with probability {@code ratio} and scaled by
 * {@code 1 / (1 - ratio)} otherwise; when measuring, it passes. Whether an element drops is a hash
 * of seed, node, step, place in the batch and element, so it depends on nothing that a resumed
 * training would have to restore. Trains as dropout even if the file was exported for inference.
 * The mask, its second output, is 1 where an element passes and 0 where it drops.
 */
final class Dropout implements Operation {
  private static final float DEFAULT_RATIO = 0.5f;
  private static final int HASH_BITS = 24;

  private final Value input;
  private final Value output;
  private final Optional<Value> mask;
  private final long key;
  private final int threshold;
  private final float scale;

  private Dropout(Value input, Value output, Optional<Value> mask, long key, float ratio) {
    this.input = input;
    this.output = output;
    this.mask = mask;
    this.key = key;
    this.threshold = Math.round(ratio * (1 << HASH_BITS));
    this.scale = 1 / (1 - ratio);
  }

  static void bind(Node node, Binder binder) {
    float ratio = ratio(node, binder);
    if (!(ratio >= 0 && ratio < 1)) {
      throw Binder.refuse(node, "ratio is %s (allowed: 0 to below 1)".formatted(ratio));
    }
    Value input = binder.value(node, 0);
    Value output = binder.define(node.outputs().get(0), input.trained());
    Optional<Value> mask =
        binder.isUsed(node, 1)
            ? Optional.of(binder.define(node.outputs().get(1), false))
            : Optional.empty();
    long key = Seeds.derive(0, "dropout/" + node.name());
    binder.add(node, new Dropout(input, output, mask, key, ratio));
  }

  private static float ratio(Node node, Binder binder) {
    if (!node.hasInput(1)) {
      return node.realAttribute("ratio", DEFAULT_RATIO);
    }
    Tensor ratio =
        binder
            .constant(node, 1)
            .filter(t -> t.type() == DataType.FLOAT && t.size() == 1)
            .orElseThrow(() -> Binder.refuse(node, "its ratio is not one constant float"));
    return ratio.floats().get(0);
  }

  @Override
  public Value output() {
    return output;
  }

  @Override
  public void forward(Frame frame) {
    float[] x = frame.data(input);
    float[] y = frame.data(output);
    if (!frame.training) {
      System.arraycopy(x, 0, y, 0, frame.samples * output.stride());
      if (mask.isPresent()) {
        Arrays.fill(frame.data(mask.get()), 0, frame.samples * output.stride(), 1f);
      }
      return;
    }
    for (int s = 0; s < frame.samples; s++) {
      long sample = sampleKey(frame, s);
      int at = s * output.stride();
      for (int i = 0; i < output.size(); i++) {
        y[at + i] = x[at + i] * factor(sample, i);
      }
      if (mask.isPresent()) {
        float[] passes = frame.data(mask.get());
        for (int i = 0; i < output.size(); i++) {
          passes[at + i] = factor(sample, i) == 0 ? 0 : 1;
        }
      }
    }
  }

  @Override
  public void backward(Frame frame) {
    float[] dx = frame.accumulate(input);
    float[] dy = frame.gradient(output);
    for (int s = 0; s < frame.samples; s++) {
      long sample = sampleKey(frame, s);
      int at = s * output.stride();
      for (int i = 0; i < output.size(); i++) {
        dx[at + i] += dy[at + i] * factor(sample, i);
      }
    }
  }

  private long sampleKey(Frame frame, int sample) {
    return mix(mix(mix(key ^ frame.seed) + frame.step) + frame.first + sample);
  }

  private float factor(long sample, int element) {
    long hash = mix(sample + element) >>> (Long.SIZE - HASH_BITS);
    return hash < threshold ? 0f : scale;
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014) after one step of its counter. */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
