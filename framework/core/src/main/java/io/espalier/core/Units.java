package io.espalier.core;

import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Structure;
import java.util.Optional;

/**
 * What a structure makes of a tensor's weights: units that stay or go as one, each with a score.
 * Weights that belong to no unit always stay.
 */
abstract class Units {
  private final Layer layer;

  Units(Layer layer) {
    this.layer = layer;
  }

  static Units of(Layer layer, Structure structure) {
    if (structure instanceof Structure.Blocks blocks) {
      return new BlockUnits(layer, blocks);
    }
    if (structure instanceof Structure.Pattern pattern) {
      return new PatternUnits(layer, pattern);
    }
    return new ElementUnits(layer);
  }

  Layer layer() {
    return layer;
  }

  /** Number of units. */
  abstract int count();

  /** How many units go at a sparsity. */
  int dropped(double sparsity) {
    return count() - ExactSelector.kept(count(), sparsity);
  }

  /** The most units that may go: one stays, where all belong to a unit. */
  int most() {
    return Math.max(0, count() - 1);
  }

  /** How many units a mask cuts. */
  abstract int droppedIn(Mask mask);

  /** The unit's scores. */
  abstract float[] pool(float[] scores);

  /**
   * The mask that keeps some of the units which {@link #pool} scored last.
   *
   * @param kept a bit for each unit, see {@link Ranking#keeping}
   */
  abstract Mask mask(long[] kept);

  /** The mask that keeps the weights whose bits are set. */
  final Mask ofWeights(long[] kept) {
    return Mask.ofWords(layer.weight(), layer.shape(), kept);
  }

  /** Whether a bit is set. */
  static boolean has(long[] bits, int at) {
    return (bits[at / Long.SIZE] >>> at & 1) != 0;
  }

  /** What is wrong with a mask that is to have so many units dropped, if anything. */
  abstract Optional<String> problem(Mask mask, int dropped);

  /** Every weight is a unit. */
  private static final class ElementUnits extends Units {
    ElementUnits(Layer layer) {
      super(layer);
    }

    @Override
    int count() {
      return (int) layer().shape().size();
    }

    @Override
    int droppedIn(Mask mask) {
      return mask.size() - mask.kept();
    }

    @Override
    float[] pool(float[] scores) {
      return scores;
    }

    @Override
    Mask mask(long[] kept) {
      return ofWeights(kept);
    }

    @Override
    Optional<String> problem(Mask mask, int dropped) {
      int asked = count() - dropped;
      return mask.kept() == asked
          ? Optional.empty()
          : Optional.of(
              "keeps %d of %d weights; it is to keep %d".formatted(mask.kept(), count(), asked));
    }
  }
}
