package io.espalier.core;

import com.google.protobuf.ByteString;
import io.espalier.api.DataType;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.proto.onnx.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;

/** Tensors of ONNX messages: raw bytes, typed fields and external data. */
final class OnnxTensors {
  private final Optional<Path> folder;

  /**
   * @param folder where external data may lie; empty where there is none
   */
  OnnxTensors(Optional<Path> folder) {
    this.folder = folder;
  }

  /**
   * @param place of the tensor in the file
   */
  Tensor read(TensorProto proto, String name, Place place) {
    if (proto.hasSegment()) {
      throw place.broken("is a segment of a tensor, which Espalier does not read");
    }
    DataType type = place.explain(() -> type(proto.getDataType()));
    Shape shape = place.explain(() -> new Shape(proto.getDimsList()));
    int size = place.explain(() -> Tensor.byteSize(name, type, shape));
    return Tensor.of(name, type, shape, bytes(proto, type, size, place));
  }

  private ByteBuffer bytes(TensorProto proto, DataType type, int size, Place place) {
    boolean typed = typedValues(proto) > 0;
    if (proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      if (typed || !proto.getRawData().isEmpty()) {
        throw place.broken("has data both in the file and outside");
      }
      return OnnxExternalData.of(proto, place).read(folder, size);
    }
    if (typed && !proto.getRawData().isEmpty()) {
      throw place.broken("has data both in raw_data and in a typed field");
    }
    return typed ? typed(proto, type, size, place) : raw(proto.getRawData(), size, place);
  }

  private static ByteBuffer raw(ByteString raw, int size, Place place) {
    if (raw.size() != size) {
      throw place.broken("needs %d bytes, raw_data has %d".formatted(size, raw.size()));
    }
    ByteBuffer bytes = ByteBuffer.allocateDirect(size);
    raw.copyTo(bytes);
    return bytes.flip();
  }

  private static ByteBuffer typed(TensorProto proto, DataType type, int size, Place place) {
    Field field = Field.of(proto, type);
    int count = size / type.bytes();
    if (field.count() != count || typedValues(proto) != count) {
      throw place.broken(
          "needs %d values in %s, has %d there and %d in other fields"
              .formatted(count, field.name(), field.count(), typedValues(proto) - field.count()));
    }
    ByteBuffer bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      switch (type) {
        case FLOAT -> bytes.putFloat(proto.getFloatData(i));
        case DOUBLE -> bytes.putDouble(proto.getDoubleData(i));
        case INT64 -> bytes.putLong(proto.getInt64Data(i));
        case UINT64 -> bytes.putLong(proto.getUint64Data(i));
        case UINT32 -> bytes.putInt((int) within(proto.getUint64Data(i), type, i, place));
        case INT32 -> bytes.putInt(proto.getInt32Data(i));
        case INT16, UINT16, FLOAT16, BFLOAT16 ->
            bytes.putShort((short) within(proto.getInt32Data(i), type, i, place));
        case INT8, UINT8, BOOL -> bytes.put((byte) within(proto.getInt32Data(i), type, i, place));
      }
    }
    return bytes.flip();
  }

  /** Refuses a value that the element type cannot hold. */
  private static long within(long value, DataType type, int index, Place place) {
    long low =
        switch (type) {
          case INT8 -> Byte.MIN_VALUE;
          case INT16 -> Short.MIN_VALUE;
          default -> 0;
        };
    long high =
        switch (type) {
          case BOOL -> 1;
          case INT8 -> Byte.MAX_VALUE;
          case INT16 -> Short.MAX_VALUE;
          default -> (1L << 8 * type.bytes()) - 1;
        };
    if (value < low || value > high) {
      throw place.broken("value %d at %d does not fit %s".formatted(value, index, type));
    }
    return value;
  }

  private static long typedValues(TensorProto proto) {
    return (long) proto.getFloatDataCount()
        + proto.getInt32DataCount()
        + proto.getInt64DataCount()
        + proto.getDoubleDataCount()
        + proto.getUint64DataCount()
        + proto.getStringDataCount();
  }

  /** The typed field that ONNX prescribes for an element type, and how many values it has. */
  private record Field(String name, int count) {
    static Field of(TensorProto proto, DataType type) {
      return switch (type) {
        case FLOAT -> new Field("float_data", proto.getFloatDataCount());
        case DOUBLE -> new Field("double_data", proto.getDoubleDataCount());
        case INT64 -> new Field("int64_data", proto.getInt64DataCount());
        case UINT32, UINT64 -> new Field("uint64_data", proto.getUint64DataCount());
        case INT32, INT16, UINT16, INT8, UINT8, BOOL, FLOAT16, BFLOAT16 ->
            new Field("int32_data", proto.getInt32DataCount());
      };
    }
  }

  /** The element type with a code; names those that ONNX has and Espalier has not. */
  static DataType type(int code) {
    String known =
        switch (code) {
          case 8 -> "string";
          case 14 -> "complex64";
          case 15 -> "complex128";
          case 17, 18, 19, 20, 24 -> "8-bit float";
          case 21 -> "uint4";
          case 22 -> "int4";
          case 23 -> "4-bit float";
          default -> "";
        };
    if (!known.isEmpty()) {
      throw new Place("element type " + known).broken("Espalier does not handle it");
    }
    return DataType.ofCode(code);
  }
}
