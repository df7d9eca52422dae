package io.espalier.plugins.sparsegpt;

import io.espalier.api.Mask;
import io.espalier.api.Structure;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Algorithm 1 of SparseGPT on some rows of a matrix. With {@code H = X^T X + lambda I} and {@code
 * U} the upper Cholesky factor of its inverse, a weight of column {@code j} costs {@code (w /
 * U_jj)^2}; cutting it changes the later columns of its row by {@code - w / U_jj U_j}.
 */
final class Reconstruction {
  /**
   * @param block columns whose cuts are chosen together
   * @param dampening share of the mean diagonal that is added to it
   */
  record Settings(int block, double dampening) {}

  private final WeightMatrix matrix;
  private final int firstRow;
  private final int rows;
  private final Settings settings;
  private final int columns;
  private final double[] upper;

  Reconstruction(WeightMatrix matrix, int firstRow, int rows, double[] moments, Settings settings) {
    this.matrix = matrix;
    this.firstRow = firstRow;
    this.rows = rows;
    this.settings = settings;
    this.columns = matrix.columns();
    dampen(moments);
    double[] inverse = Cholesky.inverse(moments, columns);
    this.upper = Cholesky.upper(inverse, columns);
  }

  /** An input that is never on costs nothing: its weights may go first. */
  private void dampen(double[] moments) {
    double mean = 0;
    for (int i = 0; i < columns; i++) {
      if (moments[i * columns + i] == 0) {
        moments[i * columns + i] = 1;
        for (int row = firstRow; row < firstRow + rows; row++) {
          matrix.set(row, i, 0);
        }
      }
      mean += moments[i * columns + i] / columns;
    }
    for (int i = 0; i < columns; i++) {
      moments[i * columns + i] += settings.dampening() * mean;
    }
  }

  /** Cuts exactly so many weights, the cheapest of each block of columns. */
  void cut(int count) {
    for (int from = 0; from < columns; from += settings.block()) {
      int to = Math.min(columns, from + settings.block());
      int before = (int) Math.rint((double) count * from / columns);
      int after = (int) Math.rint((double) count * to / columns);
      cutCheapest(from, to, after - before);
      compensate(from, to);
    }
  }

  /** Cuts what a mask cuts. */
  void cut(Mask mask) {
    for (int row = firstRow; row < firstRow + rows; row++) {
      for (int column = 0; column < columns; column++) {
        if (!mask.keeps(matrix.element(row, column))) {
          matrix.cut(row, column);
        }
      }
    }
    compensate(0, columns);
  }

  private void cutCheapest(int from, int to, int count) {
    int width = to - from;
    int[] cheapest =
        IntStream.range(0, rows * width)
            .boxed()
            .sorted((a, b) -> Double.compare(cost(a, from, width), cost(b, from, width)))
            .limit(count)
            .mapToInt(Integer::intValue)
            .toArray();
    for (int cell : cheapest) {
      matrix.cut(firstRow + cell / width, from + cell % width);
    }
  }

  private double cost(int cell, int from, int width) {
    return cost(firstRow + cell / width, from + cell % width);
  }

  private double cost(int row, int column) {
    double scaled = matrix.get(row, column) / upper[column * columns + column];
    return scaled * scaled;
  }

  /**
   * Cuts the cheapest of every run of neighbouring columns.
   *
   * @param inputs input channels, after which a new run begins
   */
  void cutPattern(Structure.Pattern pattern, int inputs) {
    for (int line = 0; line < columns; line += inputs) {
      for (int run = 0; run < inputs; run += pattern.of()) {
        int width = Math.min(pattern.of(), inputs - run);
        int zeros = Math.max(0, pattern.zeros() - (pattern.of() - width));
        int from = line + run;
        for (int row = firstRow; row < firstRow + rows; row++) {
          cutCheapestOfRun(row, from, width, zeros);
        }
        compensate(from, from + width);
      }
    }
  }

  private void cutCheapestOfRun(int row, int from, int width, int zeros) {
    IntStream.range(from, from + width)
        .boxed()
        .sorted((a, b) -> Double.compare(cost(row, a), cost(row, b)))
        .limit(zeros)
        .forEach(column -> matrix.cut(row, column));
  }

  /** Takes the cut weights of some columns away, and changes the later columns of their rows. */
  private void compensate(int from, int to) {
    IntStream.range(firstRow, firstRow + rows)
        .parallel()
        .forEach(
            row -> {
              for (int column = from; column < to; column++) {
                if (matrix.isCut(row, column)) {
                  makeUpFor(row, column);
                }
              }
            });
  }

  private void makeUpFor(int row, int column) {
    double error = matrix.get(row, column) / upper[column * columns + column];
    for (int later = column; later < columns; later++) {
      matrix.set(row, later, matrix.get(row, later) - error * upper[column * columns + later]);
    }
    matrix.set(row, column, 0);
  }

  /** Dense symmetric algebra in double precision. */
  private static final class Cholesky {
    private Cholesky() {}

    /** The lower factor {@code L} with {@code A = L L^T}. */
    private static double[] lower(double[] a, int n) {
      double[] l = new double[n * n];
      for (int j = 0; j < n; j++) {
        int column = j;
        double pivot = a[j * n + j] - dot(l, j * n, j * n, j);
        double root = Math.sqrt(Math.max(pivot, 1e-12));
        l[j * n + j] = root;
        IntStream.range(j + 1, n)
            .parallel()
            .forEach(
                i ->
                    l[i * n + column] =
                        (a[i * n + column] - dot(l, i * n, column * n, column)) / root);
      }
      return l;
    }

    private static double dot(double[] l, int a, int b, int count) {
      double sum = 0;
      for (int k = 0; k < count; k++) {
        sum += l[a + k] * l[b + k];
      }
      return sum;
    }

    static double[] inverse(double[] a, int n) {
      double[] l = lower(a, n);
      double[] inverse = new double[n * n];
      IntStream.range(0, n).parallel().forEach(c -> solve(l, n, c, inverse));
      return inverse;
    }

    /** Solves for one column of the identity. */
    private static void solve(double[] l, int n, int c, double[] inverse) {
      double[] x = new double[n];
      for (int i = c; i < n; i++) {
        double sum = i == c ? 1 : 0;
        for (int k = c; k < i; k++) {
          sum -= l[i * n + k] * x[k];
        }
        x[i] = sum / l[i * n + i];
      }
      for (int i = n - 1; i >= 0; i--) {
        double sum = x[i];
        for (int k = i + 1; k < n; k++) {
          sum -= l[k * n + i] * x[k];
        }
        x[i] = sum / l[i * n + i];
      }
      for (int i = 0; i < n; i++) {
        inverse[i * n + c] = x[i];
      }
    }

    /** The upper factor {@code U} with {@code A = U^T U}. */
    static double[] upper(double[] a, int n) {
      double[] l = lower(a, n);
      double[] u = new double[n * n];
      Arrays.setAll(u, i -> l[i % n * n + i / n]);
      return u;
    }
  }
}
