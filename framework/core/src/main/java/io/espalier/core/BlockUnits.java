package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Structure;
import java.util.BitSet;
import java.util.Optional;

/**
 * Blocks of a weight matrix as units. Blocks start at the first weight; those cut off by the edge
 * pool the weights that they have.
 */
final class BlockUnits extends Units {
  private final Structure.Blocks blocks;
  private final int rows;
  private final int columns;
  private final int across;
  private final int down;

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
    int lastRow = Math.min(rows, firstRow(block) + blocks.height());
    int lastColumn = Math.min(columns, firstColumn(block) + blocks.width());
    double sum = 0;
    double squares = 0;
    float most = Float.NEGATIVE_INFINITY;
    for (int row = firstRow(block); row < lastRow; row++) {
      for (int column = firstColumn(block); column < lastColumn; column++) {
        float score = scores[row * columns + column];
        sum += score;
        squares += score == Float.NEGATIVE_INFINITY ? 0 : (double) score * score;
        most = Math.max(most, score);
      }
    }
    int weights = (lastRow - firstRow(block)) * (lastColumn - firstColumn(block));
    return switch (blocks.pooling()) {
      case AVG -> (float) (sum / weights);
      case MAX -> most;
      case L2 -> most == Float.NEGATIVE_INFINITY ? most : (float) Math.sqrt(squares);
    };
  }

  private int firstRow(int block) {
    return block / across * blocks.height();
  }

  private int firstColumn(int block) {
    return block % across * blocks.width();
  }

  private int blockOf(int weight) {
    return weight / columns / blocks.height() * across + weight % columns / blocks.width();
  }

  @Override
  Mask mask(BitSet kept) {
    BitSet weights = new BitSet(rows * columns);
    for (int i = 0; i < rows * columns; i++) {
      weights.set(i, kept.get(blockOf(i)));
    }
    return Masks.of(layer(), weights);
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
