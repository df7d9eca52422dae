package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Structure;
import java.util.BitSet;
import java.util.Optional;

/**
 * Blocks of a weight matrix as units. Where the extent is no multiple of the block's, blocks lie as
 * the windows of a pooling with padding SAME do: half of what is missing, rounded down, comes
 * before the first weight and the rest after the last. Blocks at the edges pool the weights that
 * they have.
 */
final class BlockUnits extends Units {
  private final Structure.Blocks blocks;
  private final int rows;
  private final int columns;
  private final int across;
  private final int down;
  private final int above;
  private final int left;

  /**
   * @throws EspalierException ({@link FailureCode#USAGE}) if a block is larger than the weight
   */
  BlockUnits(Layer layer, Structure.Blocks blocks) {
    super(layer);
    this.blocks = blocks;
    int size = (int) layer.shape().size();
    this.rows = layer.shape().rank() > 1 ? (int) layer.shape().dim(0) : 1;
    this.columns = size / rows;
    if (blocks.height() > rows || blocks.width() > columns) {
      throw new EspalierException(
          FailureCode.USAGE,
          "blockSize: a block of %dx%d is larger than the weight '%s' (%s), which is %d rows of %d; exclude the layer or make blocks smaller"
              .formatted(
                  blocks.height(), blocks.width(), layer.weight(), layer.shape(), rows, columns));
    }
    this.down = ceilDiv(rows, blocks.height());
    this.across = ceilDiv(columns, blocks.width());
    this.above = (down * blocks.height() - rows) / 2;
    this.left = (across * blocks.width() - columns) / 2;
  }

  private static int ceilDiv(int whole, int part) {
    return (whole + part - 1) / part;
  }

  @Override
  int count() {
    return down * across;
  }

  @Override
  int droppedIn(Mask mask) {
    BitSet alive = new BitSet(count());
    for (int i = 0; i < mask.size(); i++) {
      if (mask.keeps(i)) {
        alive.set(blockOf(i));
      }
    }
    return count() - alive.cardinality();
  }

  @Override
  float[] pool(float[] scores) {
    float[] pooled = new float[count()];
    for (int block = 0; block < pooled.length; block++) {
      pooled[block] = pooled(scores, block);
    }
    return pooled;
  }

  private float pooled(float[] scores, int block) {
    int top = block / across * blocks.height() - above;
    int side = block % across * blocks.width() - left;
    int firstRow = Math.max(0, top);
    int firstColumn = Math.max(0, side);
    int lastRow = Math.min(rows, top + blocks.height());
    int lastColumn = Math.min(columns, side + blocks.width());
    double sum = 0;
    double squares = 0;
    float most = Float.NEGATIVE_INFINITY;
    for (int row = firstRow; row < lastRow; row++) {
      for (int column = firstColumn; column < lastColumn; column++) {
        float score = scores[row * columns + column];
        sum += score;
        squares += score == Float.NEGATIVE_INFINITY ? 0 : (double) score * score;
        most = Math.max(most, score);
      }
    }
    int weights = (lastRow - firstRow) * (lastColumn - firstColumn);
    return switch (blocks.pooling()) {
      case AVG -> (float) (sum / weights);
      case MAX -> most;
      case L2 -> most == Float.NEGATIVE_INFINITY ? most : (float) Math.sqrt(squares);
    };
  }

  private int blockOf(int weight) {
    int row = (weight / columns + above) / blocks.height();
    return row * across + (weight % columns + left) / blocks.width();
  }

  @Override
  Mask mask(long[] kept) {
    Mask.Builder mask = new Mask.Builder(layer().weight(), layer().shape());
    for (int i = 0; i < rows * columns; i++) {
      if (has(kept, blockOf(i))) {
        mask.keep(i);
      }
    }
    return mask.build();
  }

  @Override
  Optional<String> problem(Mask mask, int dropped) {
    BitSet alive = new BitSet(count());
    BitSet dead = new BitSet(count());
    for (int i = 0; i < mask.size(); i++) {
      (mask.keeps(i) ? alive : dead).set(blockOf(i));
    }
    if (alive.intersects(dead)) {
      return Optional.of(
          "cuts a part of a block of %dx%d only".formatted(blocks.height(), blocks.width()));
    }
    return dead.cardinality() == dropped
        ? Optional.empty()
        : Optional.of(
            "cuts %d of %d blocks; it is to cut %d"
                .formatted(dead.cardinality(), count(), dropped));
  }
}
