package io.espalier.core;

import io.espalier.api.Layer;
import io.espalier.api.Mask;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/** Masks of layers' weights from bits. */
final class Masks {
  private Masks() {}

  /** The mask that keeps the elements whose bits are set. */
  static Mask of(Layer layer, BitSet kept) {
    int bytes = (int) ((layer.shape().size() + Byte.SIZE - 1) / Byte.SIZE);
    return Mask.ofBytes(
        layer.weight(), layer.shape(), ByteBuffer.wrap(Arrays.copyOf(kept.toByteArray(), bytes)));
  }
}
