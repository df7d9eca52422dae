package io.espalier.api;

import java.util.Locale;

/**
 * Element type of a tensor. Codes are those of {@code TensorProto.DataType} in the ONNX IR
 * specification.
 */
public enum DataType {
  FLOAT(1, 4),
  UINT8(2, 1),
  INT8(3, 1),
  UINT16(4, 2),
  INT16(5, 2),
  INT32(6, 4),
  INT64(7, 8),
  BOOL(9, 1),
  FLOAT16(10, 2),
  DOUBLE(11, 8),
  UINT32(12, 4),
  UINT64(13, 8),
  BFLOAT16(16, 2);

  private final int code;
  private final int bytes;

  DataType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** The ONNX code of the type. */
  public int code() {
    return code;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /**
   * The type with an ONNX code.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) if Espalier has no such type
   */
  public static DataType ofCode(int code) {
    for (DataType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw new EspalierException(
        FailureCode.MODEL,
        "unknown element type code " + code + " (known: ONNX codes 1-7, 9-13, 16)");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
