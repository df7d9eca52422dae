package io.espalier.core;

import io.espalier.api.DataType;
import io.espalier.api.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.function.IntUnaryOperator;

/**
 * The compact container: what its writer and its reader agree on. The layout is documented in
 * {@code docs/container.md}.
 */
final class Container {
  /**
   * As of PNG: a byte with its highest bit set, and line ends that a transfer as text would change.
   */
  static final byte[] MAGIC = {(byte) 0x89, 'E', 'S', 'P', '\r', '\n', 0x1a, '\n'};

  static final int VERSION = 1;

  /** Graph and tensors, as a deflated message without their data. */
  static final int GRAPH = 1;

  /** Palettes of the channels of the tensor that comes next. */
  static final int PALETTES = 2;

  /** Elements of a tensor, see {@link ElementBlock}. */
  static final int BLOCK = 3;

  /** Number of the sections before. */
  static final int END = 4;

  private static final int WIDEST = 4;

  private Container() {}

  /** Bytes of an element as blocks see it: elements of eight bytes are two of four. */
  static int width(DataType type) {
    return Math.min(WIDEST, type.bytes());
  }

  /** Number of elements as blocks see them. */
  static int elements(Tensor tensor) {
    return tensor.bytes().remaining() / width(tensor.type());
  }

  /** A tensor's elements, by position. */
  static IntUnaryOperator elementsOf(Tensor tensor) {
    ByteBuffer bytes = tensor.bytes();
    return switch (width(tensor.type())) {
      case 1 -> i -> bytes.get(i) & 0xff;
      case 2 -> i -> bytes.getShort(2 * i) & 0xffff;
      default -> {
        IntBuffer words = bytes.asIntBuffer();
        yield words::get;
      }
    };
  }

  /** Copies some elements of a tensor. */
  static void read(Tensor tensor, int first, int[] into, int count) {
    if (width(tensor.type()) == WIDEST) {
      tensor.bytes().asIntBuffer().get(first, into, 0, count);
      return;
    }
    IntUnaryOperator elements = elementsOf(tensor);
    for (int i = 0; i < count; i++) {
      into[i] = elements.applyAsInt(first + i);
    }
  }

  /** Puts some elements into a tensor's bytes. */
  static void write(int[] elements, ByteBuffer into, int width) {
    ByteBuffer bytes = into.order(ByteOrder.LITTLE_ENDIAN);
    for (int element : elements) {
      switch (width) {
        case 1 -> bytes.put((byte) element);
        case 2 -> bytes.putShort((short) element);
        default -> bytes.putInt(element);
      }
    }
  }
}
