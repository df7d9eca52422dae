package io.espalier.api;

/**
 * A node with a prunable weight: Conv, ConvTranspose, Gemm, or MatMul with a constant operand; or a
 * further weight that a user named.
 *
 * @param name the node's name; of a further weight, the tensor's
 * @param type the node's operator
 * @param weight name of the weight tensor
 * @param shape shape of the weight tensor
 * @param outputAxis axis of the weight along which output channels lie; -1 if there is none
 * @param inputAxis axis of the weight along which input channels lie, of one group where a
 *     convolution has several; -1 if there is none, as in a bias
 */
public record Layer(
    String name, String type, String weight, Shape shape, int outputAxis, int inputAxis) {
  /** A layer whose weight lies as its operator has it by default, a Gemm's transposed. */
  public Layer(String name, String type, String weight, Shape shape) {
    this(name, type, weight, shape, outputAxis(type, shape), inputAxis(type, shape));
  }

  private static int outputAxis(String type, Shape shape) {
    return switch (type) {
      case "ConvTranspose" -> shape.rank() > 1 ? 1 : -1;
      case "MatMul" -> shape.rank() - 1;
      default -> 0;
    };
  }

  private static int inputAxis(String type, Shape shape) {
    return switch (type) {
      case "ConvTranspose" -> 0;
      case "MatMul" -> shape.rank() - 2;
      default -> shape.rank() > 1 ? 1 : -1;
    };
  }

  /** Extent of the output axis; 1 without one. */
  public int outputs() {
    return outputAxis < 0 ? 1 : (int) shape.dim(outputAxis);
  }

  /** Extent of the input axis; 1 without one. */
  public int inputs() {
    return inputAxis < 0 ? 1 : (int) shape.dim(inputAxis);
  }
}
