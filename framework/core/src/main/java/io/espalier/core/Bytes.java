package io.espalier.core;

import io.espalier.api.EspalierException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A growing array of bytes. Numbers are little-endian; varints are those of Protocol Buffers. */
final class Bytes extends OutputStream {
  /** Two bytes of an array as a number. */
  static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle NUMBERS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes;
  private int size;

  Bytes(int expected) {
    bytes = new byte[Math.max(16, expected)];
  }

  int size() {
    return size;
  }

  byte[] array() {
    return bytes;
  }

  byte[] toArray() {
    return Arrays.copyOf(bytes, size);
  }

  /** Forgets all bytes. */
  void clear() {
    size = 0;
  }

  /** Adds what stands in the array from some place on, at or after the end of the bytes so far. */
  void take(int from, int count) {
    System.arraycopy(bytes, from, bytes, size, count);
    size += count;
  }

  /** Makes room in the array for so many bytes more. */
  void reserve(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length + bytes.length / 2));
    }
  }

  @Override
  public void write(int value) {
    reserve(1);
    bytes[size++] = (byte) value;
  }

  @Override
  public void write(byte[] block, int offset, int length) {
    reserve(length);
    System.arraycopy(block, offset, bytes, size, length);
    size += length;
  }

  /** The lowest {@code width} bytes of a number. */
  void number(long value, int width) {
    reserve(width);
    for (int i = 0; i < width; i++) {
      bytes[size++] = (byte) (value >>> 8 * i);
    }
  }

  /** The lowest {@code width} bytes of each of some numbers; none if the width is 0. */
  void numbers(int[] values, int count, int width) {
    reserve(Math.addExact(Math.multiplyExact(count, width), Integer.BYTES));
    byte[] array = bytes;
    int at = size;
    for (int i = 0; i < count; i++) {
      NUMBERS.set(array, at, values[i]);
      at += width;
    }
    size = at;
  }

  void varint(int value) {
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      write(rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    write(rest);
  }

  /** Reads what {@link #number} wrote, as an unsigned number. */
  static long number(ByteBuffer in, int width) {
    long value = 0;
    for (int i = 0; i < width; i++) {
      value |= (in.get() & 0xffL) << 8 * i;
    }
    return value;
  }

  /**
   * Reads what {@link #varint} wrote.
   *
   * @param most the largest number that makes sense here
   * @throws EspalierException ({@link io.espalier.api.FailureCode#MODEL}) for a larger one
   */
  static int varint(ByteBuffer in, int most, String what) {
    long value = 0;
    int shift = 0;
    int next = 0x80;
    while ((next & 0x80) != 0 && shift < 35) {
      next = in.get();
      value |= (next & 0x7fL) << shift;
      shift += 7;
    }
    if (value > most || (next & 0x80) != 0) {
      throw new Place(what).broken("%d is not possible (allowed: 0 to %d)".formatted(value, most));
    }
    return (int) value;
  }
}
