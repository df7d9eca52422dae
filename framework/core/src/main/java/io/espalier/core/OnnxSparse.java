package io.espalier.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.espalier.api.DataType;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.proto.onnx.SparseTensorProto;
import io.espalier.proto.onnx.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Sparse initialisers in the coordinate form of the ONNX IR specification: the values that are not
 * zero, and the position of each in row-major order as an int64. A value takes three times its own
 * size so, and a tensor of floats gains from two thirds of zeros on.
 */
final class OnnxSparse {
  /** Bytes that the form takes besides values and positions, about. */
  private static final int HEAD = 32;

  private OnnxSparse() {}

  /** The sparse form of a tensor; nothing where it would not be smaller. */
  static Optional<SparseTensorProto> of(Tensor tensor) {
    if (tensor.type() != DataType.FLOAT || tensor.shape().rank() == 0) {
      return Optional.empty();
    }
    var elements = tensor.bytes().asIntBuffer();
    int count = 0;
    for (int i = 0; i < elements.limit(); i++) {
      count += elements.get(i) == 0 ? 0 : 1;
    }
    if ((long) count * (Float.BYTES + Long.BYTES) + HEAD >= (long) tensor.size() * Float.BYTES) {
      return Optional.empty();
    }
    ByteBuffer values = allocate(count * Float.BYTES);
    ByteBuffer positions = allocate(count * Long.BYTES);
    for (int i = 0; i < elements.limit(); i++) {
      if (elements.get(i) != 0) {
        values.putInt(elements.get(i));
        positions.putLong(i);
      }
    }
    return Optional.of(
        SparseTensorProto.newBuilder()
            .setValues(
                TensorProto.newBuilder()
                    .addDims(count)
                    .setDataType(tensor.type().code())
                    .setName(tensor.name())
                    .setRawData(wrapped(values)))
            .setIndices(
                TensorProto.newBuilder()
                    .addDims(count)
                    .setDataType(DataType.INT64.code())
                    .setRawData(wrapped(positions)))
            .addAllDims(tensor.shape().dims())
            .build());
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteString wrapped(ByteBuffer bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes.flip());
  }

  /**
   * The dense tensor of a sparse initialiser, whose positions are numbers in row-major order or
   * coordinates.
   *
   * @param place of the file
   */
  static Tensor read(SparseTensorProto proto, OnnxTensors tensors, Place place) {
    String name = proto.getValues().getName();
    Place at = place.in("sparse tensor '" + name + "'");
    if (name.isEmpty()) {
      throw place.broken("has a sparse tensor whose values have no name");
    }
    Tensor values = tensors.read(proto.getValues(), name, at);
    Tensor positions = tensors.read(proto.getIndices(), name, at.in("indices"));
    Shape shape = at.explain(() -> new Shape(proto.getDimsList()));
    int size = at.explain(() -> Tensor.byteSize(name, values.type(), shape));
    boolean linear = positions.shape().equals(Shape.of(values.size()));
    boolean coordinates = positions.shape().equals(Shape.of(values.size(), shape.rank()));
    if (values.shape().rank() != 1
        || positions.type() != DataType.INT64
        || !linear && !coordinates) {
      throw at.broken(
          "needs values in a row and an int64 position or %d coordinates for each; has values %s and indices %s %s"
              .formatted(shape.rank(), values.shape(), positions.type(), positions.shape()));
    }
    int width = values.type().bytes();
    ByteBuffer dense = allocate(size);
    ByteBuffer from = values.bytes();
    for (int i = 0; i < values.size(); i++) {
      long position = linear ? positions.longs().get(i) : position(positions, i, shape, at);
      if (position < 0 || position >= shape.size()) {
        throw at.broken("position %d is outside of %s".formatted(position, shape));
      }
      dense.put((int) position * width, from, i * width, width);
    }
    return Tensor.of(name, values.type(), shape, dense);
  }

  private static long position(Tensor coordinates, int value, Shape shape, Place at) {
    long position = 0;
    for (int axis = 0; axis < shape.rank(); axis++) {
      long coordinate = coordinates.longs().get(value * shape.rank() + axis);
      if (coordinate < 0 || coordinate >= shape.dim(axis)) {
        throw at.broken("coordinate %d is outside of %s".formatted(coordinate, shape));
      }
      position = position * shape.dim(axis) + coordinate;
    }
    return position;
  }
}
