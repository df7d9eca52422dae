package io.espalier.engine;

import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.engine.Operand.Training;
import java.util.List;
import java.util.stream.IntStream;

/**
 * ONNX Gemm in the forms that are more than a dense layer, taken apart: {@code alpha A' B' + beta
 * C} with A and B transposed or not, where C may be a matrix or come from the data.
 */
final class GeneralProduct {
  private GeneralProduct() {}

  static void bind(Node node, Binder binder) {
    Shape result = binder.sample(node);
    boolean dense = node.intAttribute("transA", 0) == 0 && binder.constant(node, 1).isPresent();
    boolean shifted = node.hasInput(2);
    String name = node.name() + ".product";
    Value product = dense ? Dense.product(node, binder, name) : product(node, binder, name);
    float alpha = dense ? 1 : node.realAttribute("alpha", 1);
    Value scaled = scaled(node, binder, Operand.of(product, result), alpha, result);
    if (!shifted) {
      binder.rename(node.outputs().get(0), scaled);
      return;
    }
    Operand shift = Operand.of(node, binder, 2, result, Training.ALL);
    float beta = node.realAttribute("beta", 1);
    Operand addend =
        beta == 1 ? shift : Operand.of(scaled(node, binder, shift, beta, result), result);
    Value output = binder.define(node.outputs().get(0), scaled.trained() || addend.trained());
    Pairwise.add(node, binder, PairFunction.ADD, Operand.of(scaled, result), addend, output);
  }

  private static Value scaled(Node node, Binder binder, Operand operand, float by, Shape result) {
    if (by == 1 && operand.source() instanceof Operand.FromValue from) {
      return from.value();
    }
    Value output = binder.define(node.name() + ".scaled", result, operand.trained());
    Operand factor = Operand.number(by, result);
    Pairwise.add(node, binder, PairFunction.MULTIPLY, operand, factor, output);
    return output;
  }

  /** The product of two matrices of which neither has an axis of samples. */
  private static Value product(Node node, Binder binder, String name) {
    if (binder.sampleAxes() > 0) {
      throw Binder.refuse(
          node,
          "multiplies along the axis of the samples, which stay apart in a training; A must have a row for each sample (transA = 0) and B must be a constant");
    }
    Value left = factor(node, binder, 0, node.intAttribute("transA", 0) != 0);
    Value right = factor(node, binder, 1, node.intAttribute("transB", 0) != 0);
    Value output = binder.define(name, binder.sample(node), left.trained() || right.trained());
    BatchedProduct.add(node, binder, left, right, output);
    return output;
  }

  private static Value factor(Node node, Binder binder, int index, boolean transposed) {
    Shape own =
        binder
            .constant(node, index)
            .map(Tensor::shape)
            .orElseGet(() -> binder.value(node, index).shape());
    Operand operand = Operand.of(node, binder, index, own, Training.ALL);
    if (!transposed && operand.source() instanceof Operand.FromValue from) {
      return from.value();
    }
    int rows = (int) own.dim(transposed ? 1 : 0);
    int columns = (int) own.dim(transposed ? 0 : 1);
    int[] to = IntStream.range(0, rows * columns).toArray();
    int[] from =
        transposed ? IntStream.of(to).map(i -> i % columns * rows + i / columns).toArray() : to;
    Value value =
        binder.define(node.name() + ".factor", Shape.of(rows, columns), operand.trained());
    Operand moved = new Operand(operand.source(), from);
    Arrangement.add(node, binder, value, List.of(new Arrangement.Part(moved, to)), 0);
    return value;
  }
}
