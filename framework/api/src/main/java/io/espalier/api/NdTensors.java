package io.espalier.api;

import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * ND4J views of tensors, and tensors of ND4J arrays. Loading this class loads ND4J's native
 * backend, so nothing on the way to an answer without tensors may touch it.
 */
public final class NdTensors {
  private NdTensors() {}

  /**
   * A float tensor as an ND4J array of the same shape that shares its memory and keeps it alive.
   * The array is for reading only.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) for another element type
   */
  public static INDArray view(Tensor tensor) {
    if (tensor.type() != DataType.FLOAT) {
      throw new EspalierException(
          FailureCode.MODEL,
          "tensor '%s' is %s, not float".formatted(tensor.name(), tensor.type()));
    }
    if (tensor.size() == 0) {
      return Nd4j.create(org.nd4j.linalg.api.buffer.DataType.FLOAT, tensor.shape().toArray());
    }
    // ND4J copies a ByteBuffer, but takes a Pointer as it is; the pointer holds on to the buffer.
    FloatPointer memory = new FloatPointer(tensor.direct().asFloatBuffer());
    DataBuffer buffer =
        Nd4j.createBuffer(memory, tensor.size(), org.nd4j.linalg.api.buffer.DataType.FLOAT);
    return Nd4j.create(buffer, tensor.shape().toArray());
  }

  /** A float tensor with a copy of an array's elements in row-major order. */
  public static Tensor tensor(String name, INDArray array) {
    Shape shape = Shape.of(array.shape());
    return Tensor.ofFloats(name, shape, values(array));
  }

  /** A copy of an array's elements as floats in row-major order, whatever its own order. */
  public static float[] values(INDArray array) {
    return array.dup('c').data().asFloat();
  }
}
