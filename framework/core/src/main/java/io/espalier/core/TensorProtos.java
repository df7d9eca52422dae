package io.espalier.core;

import com.google.protobuf.ByteString;
import io.espalier.api.DataType;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.List;

/** Tensors as protobuf messages. */
public final class TensorProtos {
  private TensorProtos() {}

  /** The message of a tensor, with a copy of its bytes. */
  public static io.espalier.proto.Tensor toProto(Tensor tensor) {
    return io.espalier.proto.Tensor.newBuilder()
        .setName(tensor.name())
        .setDtypeValue(tensor.type().code())
        .addAllDims(tensor.shape().dims())
        .setData(ByteString.copyFrom(tensor.bytes()))
        .build();
  }

  /**
   * The tensor of a message, with a copy of its bytes.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) for an unknown element type, a negative
   *     or too large extent or a wrong number of bytes
   */
  public static Tensor fromProto(io.espalier.proto.Tensor proto) {
    DataType type = type("tensor", proto.getName(), proto.getDtypeValue());
    Shape shape = shape("tensor", proto.getName(), proto.getDimsList());
    return Tensor.of(proto.getName(), type, shape, proto.getData().asReadOnlyByteBuffer());
  }

  static DataType type(String what, String name, int code) {
    return new Place("%s '%s'".formatted(what, name)).explain(() -> DataType.ofCode(code));
  }

  static Shape shape(String what, String name, List<Long> dims) {
    return new Place("%s '%s'".formatted(what, name)).explain(() -> new Shape(dims));
  }
}
