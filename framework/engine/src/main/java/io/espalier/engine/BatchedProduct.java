package io.espalier.engine;

import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.Arrays;

/**
 * ONNX MatMul of stacks of matrices, as attention has it: {@code ... x M x K} with {@code ... x K x
 * N}, the axes before broadcast, a vector being a matrix of one row or column. Either side may be a
 * trained constant.
 */
final class BatchedProduct implements Operation {
  private final Operand left;
  private final Operand right;
  private final Value output;
  private final int[] leftMatrices;
  private final int[] rightMatrices;
  private final int rows;
  private final int inner;
  private final int columns;

  private BatchedProduct(
      Operand left, Operand right, Value output, int rows, int inner, int columns) {
    this.left = left;
    this.right = right;
    this.output = output;
    this.rows = rows;
    this.inner = inner;
    this.columns = columns;
    leftMatrices = left.positions();
    rightMatrices = right.positions();
  }

  static void bind(Node node, Binder binder) {
    Shape left = matrices(factor(node, binder, 0), true);
    Shape right = matrices(factor(node, binder, 1), false);
    int stacks = binder.sample(node).rank();
    stacks -= factor(node, binder, 0).rank() > 1 ? 1 : 0;
    stacks -= factor(node, binder, 1).rank() > 1 ? 1 : 0;
    Shape stack = new Shape(binder.sample(node).dims().subList(0, stacks));
    Operand a = operand(node, binder, 0, left, stack);
    Operand b = operand(node, binder, 1, right, stack);
    Value output = binder.define(node.outputs().get(0), a.trained() || b.trained());
    add(node, binder, a, b, output, left, right);
  }

  /** Adds a product of two values that are one matrix each. */
  static void add(Node node, Binder binder, Value left, Value right, Value output) {
    int[] one = new int[1];
    Operand a = new Operand(new Operand.FromValue(left), one);
    Operand b = new Operand(new Operand.FromValue(right), one);
    add(node, binder, a, b, output, left.shape(), right.shape());
  }

  private static void add(
      Node node, Binder binder, Operand a, Operand b, Value output, Shape left, Shape right) {
    int rows = (int) left.dim(left.rank() - 2);
    int inner = (int) left.dim(left.rank() - 1);
    int columns = (int) right.dim(right.rank() - 1);
    binder.add(node, new BatchedProduct(a, b, output, rows, inner, columns));
  }

  /** Shape of one sample of a factor. */
  private static Shape factor(Node node, Binder binder, int index) {
    return binder
        .constant(node, index)
        .map(Tensor::shape)
        .orElseGet(() -> binder.value(node, index).shape());
  }

  /** A factor as matrices: a vector is a row on the left, a column on the right. */
  private static Shape matrices(Shape factor, boolean left) {
    if (factor.rank() > 1) {
      return factor;
    }
    return left ? Shape.of(1, factor.dim(0)) : Shape.of(factor.dim(0), 1);
  }

  private static Operand operand(Node node, Binder binder, int index, Shape matrices, Shape stack) {
    Shape own = new Shape(matrices.dims().subList(0, matrices.rank() - 2));
    return Operand.of(node, binder, index, own, stack);
  }

  @Override
  public Value output() {
    return output;
  }

  private int leftAt(int sample, int matrix) {
    return left.base(sample) + leftMatrices[matrix] * rows * inner;
  }

  private int rightAt(int sample, int matrix) {
    return right.base(sample) + rightMatrices[matrix] * inner * columns;
  }

  private int outputAt(int sample, int matrix) {
    return sample * output.stride() + matrix * rows * columns;
  }

  @Override
  public void forward(Frame frame) {
    float[] a = left.data(frame);
    float[] b = right.data(frame);
    float[] y = frame.data(output);
    for (int s = 0; s < frame.samples; s++) {
      Arrays.fill(y, s * output.stride(), s * output.stride() + output.size(), 0f);
      for (int m = 0; m < leftMatrices.length; m++) {
        for (int i = 0; i < rows; i++) {
          for (int k = 0; k < inner; k++) {
            float factor = a[leftAt(s, m) + i * inner + k];
            add(factor, b, rightAt(s, m) + k * columns, y, outputAt(s, m) + i * columns);
          }
        }
      }
    }
  }

  /** Adds a multiple of a row of the right side's width. */
  private void add(float factor, float[] from, int first, float[] to, int at) {
    for (int j = 0; j < columns; j++) {
      to[at + j] += factor * from[first + j];
    }
  }

  @Override
  public void backward(Frame frame) {
    if (left.trained()) {
      leftGradient(frame, left.gradient(frame));
    }
    if (right.trained()) {
      rightGradient(frame, right.gradient(frame));
    }
  }

  private void leftGradient(Frame frame, float[] da) {
    float[] b = right.data(frame);
    float[] dy = frame.gradient(output);
    for (int s = 0; s < frame.samples; s++) {
      for (int m = 0; m < leftMatrices.length; m++) {
        for (int i = 0; i < rows; i++) {
          int from = outputAt(s, m) + i * columns;
          for (int k = 0; k < inner; k++) {
            int other = rightAt(s, m) + k * columns;
            float sum = 0;
            for (int j = 0; j < columns; j++) {
              sum += dy[from + j] * b[other + j];
            }
            da[leftAt(s, m) + i * inner + k] += sum;
          }
        }
      }
    }
  }

  private void rightGradient(Frame frame, float[] db) {
    float[] a = left.data(frame);
    float[] dy = frame.gradient(output);
    for (int s = 0; s < frame.samples; s++) {
      for (int m = 0; m < leftMatrices.length; m++) {
        for (int i = 0; i < rows; i++) {
          for (int k = 0; k < inner; k++) {
            float factor = a[leftAt(s, m) + i * inner + k];
            add(factor, dy, outputAt(s, m) + i * columns, db, rightAt(s, m) + k * columns);
          }
        }
      }
    }
  }
}
