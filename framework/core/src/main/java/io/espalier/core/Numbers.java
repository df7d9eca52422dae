package io.espalier.core;

import io.espalier.api.DataType;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Elements of a constant tensor as numbers: whole numbers and truth values exactly in 64 bits
 * (uint64 as its bits), others in double precision.
 */
public sealed interface Numbers {
  /** Truth values are 0 and 1. */
  record Wholes(long[] elements) implements Numbers {
    @Override
    public double[] reals() {
      return Arrays.stream(elements).asDoubleStream().toArray();
    }

    @Override
    public long[] wholes() {
      return elements;
    }
  }

  /** Numbers with fractions. */
  record Reals(double[] elements) implements Numbers {
    @Override
    public double[] reals() {
      return elements;
    }

    @Override
    public long[] wholes() {
      return Arrays.stream(elements).mapToLong(x -> (long) x).toArray();
    }
  }

  /** The elements in double precision. */
  double[] reals();

  /** The elements, fractions cut off towards zero. */
  long[] wholes();

  /** Whether numbers of a type are whole. */
  static boolean whole(DataType type) {
    return switch (type) {
      case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> false;
      default -> true;
    };
  }

  /** The elements of a tensor. */
  static Numbers of(Tensor tensor) {
    ByteBuffer bytes = tensor.bytes();
    int count = tensor.size();
    if (!whole(tensor.type())) {
      double[] elements = new double[count];
      for (int i = 0; i < count; i++) {
        elements[i] = real(bytes, tensor.type());
      }
      return new Reals(elements);
    }
    long[] elements = new long[count];
    for (int i = 0; i < count; i++) {
      elements[i] = whole(bytes, tensor.type());
    }
    return new Wholes(elements);
  }

  private static double real(ByteBuffer bytes, DataType type) {
    return switch (type) {
      case DOUBLE -> bytes.getDouble();
      case FLOAT16 -> HalfPrecision.decode(bytes.getShort());
      case BFLOAT16 -> Float.intBitsToFloat(bytes.getShort() << 16);
      default -> bytes.getFloat();
    };
  }

  private static long whole(ByteBuffer bytes, DataType type) {
    return switch (type) {
      case BOOL, UINT8 -> Byte.toUnsignedLong(bytes.get());
      case INT8 -> bytes.get();
      case UINT16 -> Short.toUnsignedLong(bytes.getShort());
      case INT16 -> bytes.getShort();
      case UINT32 -> Integer.toUnsignedLong(bytes.getInt());
      case INT32 -> bytes.getInt();
      default -> bytes.getLong();
    };
  }

  /** These numbers as a tensor of a type; those that do not fit lose their upper bits. */
  default Tensor tensor(String name, DataType type, Shape shape) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(Tensor.byteSize(name, type, shape))
            .order(ByteOrder.LITTLE_ENDIAN);
    if (whole(type)) {
      boolean truth = type == DataType.BOOL;
      if (truth) {
        for (double real : reals()) {
          bytes.put((byte) (real != 0 ? 1 : 0));
        }
      } else {
        for (long whole : wholes()) {
          put(bytes, type, whole);
        }
      }
    } else {
      for (double real : reals()) {
        put(bytes, type, real);
      }
    }
    return Tensor.of(name, type, shape, bytes.flip());
  }

  private static void put(ByteBuffer bytes, DataType type, long whole) {
    switch (type.bytes()) {
      case 1 -> bytes.put((byte) whole);
      case 2 -> bytes.putShort((short) whole);
      case 4 -> bytes.putInt((int) whole);
      default -> bytes.putLong(whole);
    }
  }

  private static void put(ByteBuffer bytes, DataType type, double real) {
    switch (type) {
      case DOUBLE -> bytes.putDouble(real);
      case FLOAT16 -> bytes.putShort(HalfPrecision.encode((float) real));
      case BFLOAT16 -> bytes.putShort(HalfPrecision.encodeBrain((float) real));
      default -> bytes.putFloat((float) real);
    }
  }
}
