package io.espalier.core;

import io.espalier.api.Codebook;
import io.espalier.api.Mask;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Cuts the weight of a convolution each of whose groups reads channels of its own: filters of one
 * group lose other coordinates along the second axis than those of the next.
 */
final class GroupedCut implements WeightCut {
  private final List<TensorCut> groups;
  private final Shape after;

  /**
   * @param before shape of the weight
   * @param kept for each group the coordinates that stay along each axis, its own filters along the
   *     first; groups keep the same number along every other axis
   */
  GroupedCut(Shape before, List<int[][]> kept) {
    this.groups = kept.stream().map(own -> new TensorCut(before, own)).toList();
    long[] dims = new long[before.rank()];
    for (int axis = 0; axis < dims.length; axis++) {
      dims[axis] = kept.get(0)[axis].length;
    }
    dims[0] = kept.stream().mapToLong(own -> own[0].length).sum();
    this.after = Shape.of(dims);
  }

  @Override
  public Tensor apply(Tensor tensor) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(Tensor.byteSize(tensor.name(), tensor.type(), after))
            .order(ByteOrder.LITTLE_ENDIAN);
    groups.forEach(group -> bytes.put(group.apply(tensor).bytes()));
    return Tensor.of(tensor.name(), tensor.type(), after, bytes.flip());
  }

  @Override
  public Mask apply(Mask mask) {
    Mask.Builder joined = new Mask.Builder(mask.tensor(), after);
    int next = 0;
    for (TensorCut group : groups) {
      Mask own = group.apply(mask);
      for (int i = 0; i < own.size(); i++, next++) {
        if (own.keeps(i)) {
          joined.keep(next);
        }
      }
    }
    return joined.build();
  }

  @Override
  public Codebook apply(Codebook codebook) {
    char[] indices = new char[(int) after.size()];
    int next = 0;
    for (TensorCut group : groups) {
      char[] own = group.apply(codebook).indices();
      System.arraycopy(own, 0, indices, next, own.length);
      next += own.length;
    }
    return codebook.withIndices(after, indices);
  }
}
