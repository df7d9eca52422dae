package io.espalier.core;

import io.espalier.api.Codebook;
import io.espalier.api.Mask;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * Takes coordinates out of a tensor and its constraints. The part behind the last axis that is cut
 * is copied in one piece, so the cost is that of a copy.
 */
final class TensorCut implements WeightCut {
  /** Pieces from here on are copied as bytes; smaller ones are picked element by element. */
  private static final int PIECE = 64;

  private final Shape before;
  private final Shape after;
  private final int[][] kept;
  private final int last;

  /**
   * @param before shape of the tensor
   * @param kept coordinates that stay, for each axis, ascending; at least one axis loses some
   */
  TensorCut(Shape before, int[][] kept) {
    this.before = before;
    this.kept = kept;
    long[] dims = new long[kept.length];
    int cut = 0;
    for (int axis = 0; axis < dims.length; axis++) {
      dims[axis] = kept[axis].length;
      if (dims[axis] < before.dim(axis)) {
        cut = axis;
      }
    }
    this.after = Shape.of(dims);
    this.last = cut;
  }

  @Override
  public Tensor apply(Tensor tensor) {
    int size = tensor.type().bytes();
    ByteBuffer to =
        ByteBuffer.allocateDirect(Tensor.byteSize(tensor.name(), tensor.type(), after))
            .order(ByteOrder.LITTLE_ENDIAN);
    int behind = behind(last);
    if (behind * size < PIECE && size == Integer.BYTES) {
      copyElements(tensor.bytes().asIntBuffer(), to.asIntBuffer(), behind);
    } else {
      copyPieces(tensor.bytes(), to, behind * size);
    }
    return Tensor.of(tensor.name(), tensor.type(), after, to);
  }

  @Override
  public Mask apply(Mask mask) {
    Mask.Builder smaller = new Mask.Builder(mask.tensor(), after);
    int[] sources = sources();
    for (int i = 0; i < sources.length; i++) {
      if (mask.keeps(sources[i])) {
        smaller.keep(i);
      }
    }
    return smaller.build();
  }

  @Override
  public Codebook apply(Codebook codebook) {
    int[] sources = sources();
    char[] indices = new char[sources.length];
    for (int i = 0; i < sources.length; i++) {
      indices[i] = (char) codebook.index(sources[i]);
    }
    return codebook.withIndices(after, indices);
  }

  private int behind(int axis) {
    long size = 1;
    for (int a = axis + 1; a < before.rank(); a++) {
      size *= before.dim(a);
    }
    return (int) size;
  }

  private void copyPieces(ByteBuffer from, ByteBuffer to, int piece) {
    int[] rows = rows();
    int next = 0;
    for (int row : rows) {
      int start = row * (int) before.dim(last);
      for (int i = 0; i < kept[last].length; ) {
        int run = 1;
        while (i + run < kept[last].length && kept[last][i + run] == kept[last][i] + run) {
          run++;
        }
        to.put(next, from, (start + kept[last][i]) * piece, run * piece);
        next += run * piece;
        i += run;
      }
    }
  }

  private void copyElements(IntBuffer from, IntBuffer to, int behind) {
    int[] places = new int[kept[last].length * behind];
    for (int i = 0; i < places.length; i++) {
      places[i] = kept[last][i / behind] * behind + i % behind;
    }
    int[] row = new int[(int) before.dim(last) * behind];
    int[] left = new int[places.length];
    for (int number : rows()) {
      from.get(number * row.length, row);
      for (int i = 0; i < left.length; i++) {
        left[i] = row[places[i]];
      }
      to.put(left);
    }
  }

  /** Row-major numbers of what is kept of the axes before the last one that is cut. */
  private int[] rows() {
    int[] rows = {0};
    for (int axis = 0; axis < last; axis++) {
      int[] longer = new int[rows.length * kept[axis].length];
      int next = 0;
      for (int row : rows) {
        for (int coordinate : kept[axis]) {
          longer[next++] = row * (int) before.dim(axis) + coordinate;
        }
      }
      rows = longer;
    }
    return rows;
  }

  /** Where each element that is left was. */
  private int[] sources() {
    int behind = behind(last);
    int[] rows = rows();
    int[] sources = new int[rows.length * kept[last].length * behind];
    int next = 0;
    for (int row : rows) {
      for (int coordinate : kept[last]) {
        int start = (row * (int) before.dim(last) + coordinate) * behind;
        for (int i = 0; i < behind; i++) {
          sources[next++] = start + i;
        }
      }
    }
    return sources;
  }

  @Override
  public String toString() {
    return before + " to " + after + " along axis " + last + " " + Arrays.deepToString(kept);
  }
}
