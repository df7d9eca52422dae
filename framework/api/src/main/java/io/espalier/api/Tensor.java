package io.espalier.api;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * An immutable named array: element type, shape, little-endian bytes in row-major order.
 *
 * <p>The bytes lie in one direct buffer outside the heap, so a native library can read them without
 * a copy ({@link NdTensors}). Equality is by name, type, shape and bytes. One tensor holds at most
 * {@link Integer#MAX_VALUE} bytes.
 */
public final class Tensor {
  private final String name;
  private final DataType type;
  private final Shape shape;
  private final ByteBuffer bytes;

  private Tensor(String name, DataType type, Shape shape, ByteBuffer bytes) {
    this.name = name;
    this.type = type;
    this.shape = shape;
    this.bytes = bytes;
  }

  /**
   * A tensor over the remaining bytes of a buffer. A direct buffer is kept, not copied: its owner
   * must not write to it again. A heap buffer is copied.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) if the byte count is not what type and
   *     shape ask for
   */
  public static Tensor of(String name, DataType type, Shape shape, ByteBuffer bytes) {
    int expected = byteSize(name, type, shape);
    if (bytes.remaining() != expected) {
      throw new EspalierException(
          FailureCode.MODEL,
          "tensor '%s' (%s %s) needs %d bytes, has %d"
              .formatted(name, type, shape, expected, bytes.remaining()));
    }
    ByteBuffer own;
    if (bytes.isDirect()) {
      own = bytes.slice();
    } else {
      own = ByteBuffer.allocateDirect(expected);
      own.put(bytes.duplicate()).flip();
    }
    return new Tensor(name, type, shape, own.order(ByteOrder.LITTLE_ENDIAN));
  }

  /** A float tensor with a copy of the values. */
  public static Tensor ofFloats(String name, Shape shape, float... values) {
    requireCount(name, shape, values.length);
    ByteBuffer bytes = allocate(byteSize(name, DataType.FLOAT, shape));
    bytes.asFloatBuffer().put(values);
    return new Tensor(name, DataType.FLOAT, shape, bytes);
  }

  /** An int64 tensor with a copy of the values. */
  public static Tensor ofLongs(String name, Shape shape, long... values) {
    requireCount(name, shape, values.length);
    ByteBuffer bytes = allocate(byteSize(name, DataType.INT64, shape));
    bytes.asLongBuffer().put(values);
    return new Tensor(name, DataType.INT64, shape, bytes);
  }

  public String name() {
    return name;
  }

  public DataType type() {
    return type;
  }

  public Shape shape() {
    return shape;
  }

  /** Number of elements; fits an int because the bytes do. */
  public int size() {
    return (int) shape.size();
  }

  /** The bytes, read-only, from position 0, little-endian. */
  public ByteBuffer bytes() {
    return bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The elements of a float tensor, read-only, without a copy. */
  public FloatBuffer floats() {
    requireType(DataType.FLOAT);
    return bytes().asFloatBuffer();
  }

  /** The elements of an int64 tensor, read-only, without a copy. */
  public LongBuffer longs() {
    requireType(DataType.INT64);
    return bytes().asLongBuffer();
  }

  /** A copy of the elements of a float tensor. */
  public float[] toFloatArray() {
    float[] values = new float[size()];
    floats().get(values);
    return values;
  }

  /** The same elements under another name, sharing the bytes. */
  public Tensor named(String other) {
    return new Tensor(other, type, shape, bytes);
  }

  /** The same elements in another shape of the same size, sharing the bytes. */
  public Tensor reshaped(Shape other) {
    return of(name, type, other, bytes);
  }

  /** The buffer itself, for views that native code reads. */
  ByteBuffer direct() {
    return bytes;
  }

  /**
   * Bytes that a tensor takes.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) for more than {@link Integer#MAX_VALUE}
   */
  public static int byteSize(String name, DataType type, Shape shape) {
    long elements = shape.size();
    if (elements > Integer.MAX_VALUE / type.bytes()) {
      throw new EspalierException(
          FailureCode.MODEL,
          "tensor '%s' (%s %s) is larger than 2 GiB, the most one tensor may hold"
              .formatted(name, type, shape));
    }
    return (int) elements * type.bytes();
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void requireCount(String name, Shape shape, int count) {
    if (shape.size() != count) {
      throw new EspalierException(
          FailureCode.MODEL,
          "tensor '%s' of shape %s needs %d values, has %d"
              .formatted(name, shape, shape.size(), count));
    }
  }

  private void requireType(DataType wanted) {
    if (type != wanted) {
      throw new EspalierException(
          FailureCode.MODEL, "tensor '%s' is %s, not %s".formatted(name, type, wanted));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor that
        && name.equals(that.name)
        && type == that.type
        && shape.equals(that.shape)
        && bytes.equals(that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(new Object[] {name, type, shape});
  }

  /** Name, type and shape, not the elements. */
  @Override
  public String toString() {
    return name + " " + type + " " + shape;
  }
}
