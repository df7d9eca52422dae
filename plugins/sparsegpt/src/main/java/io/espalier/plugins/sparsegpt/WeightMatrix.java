package io.espalier.plugins.sparsegpt;

import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Shape;
import io.espalier.api.Structure;
import io.espalier.api.Tensor;
import java.nio.FloatBuffer;

/**
 * A layer's weight as a matrix: a row for each output, a column for each thing that it sees. For a
 * pattern, columns are put in an order in which input channels are neighbours.
 */
final class WeightMatrix {
  private final Layer layer;
  private final int rows;
  private final int columns;
  private final int[] order;
  private final double[] values;
  private final boolean[] cut;

  private WeightMatrix(Layer layer, int rows, int columns, int[] order) {
    this.layer = layer;
    this.rows = rows;
    this.columns = columns;
    this.order = order;
    this.values = new double[rows * columns];
    this.cut = new boolean[rows * columns];
  }

  static WeightMatrix of(Layer layer, Tensor weights, Structure structure) {
    int rows = layer.outputs();
    int columns = weights.size() / rows;
    int inner = columns / layer.inputs();
    int[] order = new int[columns];
    for (int i = 0; i < columns; i++) {
      order[i] =
          structure instanceof Structure.Pattern
              ? i % layer.inputs() * inner + i / layer.inputs()
              : i;
    }
    WeightMatrix matrix = new WeightMatrix(layer, rows, columns, order);
    float[] floats = weights.toFloatArray();
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        matrix.values[row * columns + column] = floats[matrix.element(row, column)];
      }
    }
    return matrix;
  }

  /** Where an element of the matrix lies in the tensor. */
  int element(int row, int column) {
    return layer.outputAxis() == 0 ? row * columns + order[column] : order[column] * rows + row;
  }

  int rows() {
    return rows;
  }

  int columns() {
    return columns;
  }

  double get(int row, int column) {
    return values[row * columns + column];
  }

  void set(int row, int column, double value) {
    values[row * columns + column] = value;
  }

  void cut(int row, int column) {
    cut[row * columns + column] = true;
  }

  boolean isCut(int row, int column) {
    return cut[row * columns + column];
  }

  /** Second moments of one group in the order of the columns. */
  double[] moments(Tensor gram, int group) {
    double[] moments = new double[columns * columns];
    int first = group * columns * columns;
    for (int i = 0; i < columns; i++) {
      for (int j = 0; j < columns; j++) {
        moments[i * columns + j] = gram.floats().get(first + order[i] * columns + order[j]);
      }
    }
    return moments;
  }

  /** Of each weight, in the order of the tensor, its square times its input's second moment. */
  float[] diagonalCosts(Tensor gram) {
    float[] costs = new float[values.length];
    FloatBuffer moments = gram.floats();
    int rowsOfGroup = rows / (int) gram.shape().dim(0);
    for (int row = 0; row < rows; row++) {
      int group = row / rowsOfGroup;
      for (int column = 0; column < columns; column++) {
        int diagonal = (group * columns + order[column]) * columns + order[column];
        double weight = get(row, column);
        costs[element(row, column)] = (float) (weight * weight * moments.get(diagonal));
      }
    }
    return costs;
  }

  Mask mask() {
    Mask.Builder mask = new Mask.Builder(layer.weight(), layer.shape());
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        if (!isCut(row, column)) {
          mask.keep(element(row, column));
        }
      }
    }
    return mask.build();
  }

  Tensor tensor() {
    float[] floats = new float[values.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        floats[element(row, column)] =
            isCut(row, column) ? 0 : (float) values[row * columns + column];
      }
    }
    return Tensor.ofFloats(layer.weight(), Shape.of(layer.shape().toArray()), floats);
  }
}
