package io.espalier.engine;

import io.espalier.api.Node;
import io.espalier.api.Shape;
import java.util.Arrays;

/**
 * ONNX MatMul of two values that both differ from sample to sample, as attention has it: a stack of
 * matrices each, {@code ... x M x K} with {@code ... x K x N}, the axes before broadcast.
 */
final class BatchedProduct implements Operation {
  private final Value left;
  private final Value right;
  private final Value output;
  private final int[] leftMatrices;
  private final int[] rightMatrices;
  private final int rows;
  private final int inner;
  private final int columns;

  private BatchedProduct(Value left, Value right, Value output) {
    this.left = left;
    this.right = right;
    this.output = output;
    int rank = output.shape().rank();
    rows = (int) output.shape().dim(rank - 2);
    columns = (int) output.shape().dim(rank - 1);
    inner = (int) left.shape().dim(rank - 1);
    leftMatrices = Broadcast.positions(stack(left), stack(output));
    rightMatrices = Broadcast.positions(stack(right), stack(output));
  }

  private static Shape stack(Value value) {
    return new Shape(value.shape().dims().subList(0, value.shape().rank() - 2));
  }

  static void bind(Node node, Binder binder) {
    Value left = binder.value(node, 0);
    Value right = binder.value(node, 1);
    int rank = binder.sample(node).rank();
    if (rank < 2 || left.shape().rank() != rank || right.shape().rank() != rank) {
      throw Binder.refuse(
          node,
          "multiplies samples of %s with samples of %s; only matrices of as many axes can be trained"
              .formatted(left.shape(), right.shape()));
    }
    Value output = binder.define(node.outputs().get(0), left.trained() || right.trained());
    binder.add(node, new BatchedProduct(left, right, output));
  }

  @Override
  public Value output() {
    return output;
  }

  private int leftAt(int sample, int matrix) {
    return sample * left.stride() + leftMatrices[matrix] * rows * inner;
  }

  private int rightAt(int sample, int matrix) {
    return sample * right.stride() + rightMatrices[matrix] * inner * columns;
  }

  private int outputAt(int sample, int matrix) {
    return sample * output.stride() + matrix * rows * columns;
  }

  @Override
  public void forward(Frame frame) {
    float[] a = frame.data(left);
    float[] b = frame.data(right);
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
      leftGradient(frame, frame.accumulate(left));
    }
    if (right.trained()) {
      rightGradient(frame, frame.accumulate(right));
    }
  }

  private void leftGradient(Frame frame, float[] da) {
    float[] b = frame.data(right);
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
    float[] a = frame.data(left);
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
