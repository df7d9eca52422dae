package io.espalier.engine;

import io.espalier.api.Node;
import io.espalier.api.Shape;
import java.util.Map;
import java.util.Objects;

/** MatMul as its definition reads, for one sample: stacks of matrices, broadcast. */
final class ProductReference {
  private final Node node;
  private final Map<String, Shape> shapes;
  private final Map<String, double[]> values;

  ProductReference(Node node, Map<String, Shape> shapes, Map<String, double[]> values) {
    this.node = node;
    this.shapes = shapes;
    this.values = values;
  }

  private Shape shape(String value) {
    return Objects.requireNonNull(shapes.get(value), value);
  }

  private double element(int input, int[] index, int axis, int at) {
    String name = node.inputs().get(input);
    int[] place = index.clone();
    place[place.length - axis] = at;
    return Objects.requireNonNull(values.get(name), name)[Indexes.broadcast(shape(name), place)];
  }

  double[] compute() {
    Shape left = shape(node.inputs().get(0));
    Shape out = shape(node.outputs().get(0));
    double[] y = new double[(int) out.size()];
    for (int i = 0; i < y.length; i++) {
      int[] index = Indexes.of(out, i);
      for (int k = 0; k < left.dim(left.rank() - 1); k++) {
        y[i] += element(0, index, 1, k) * element(1, index, 2, k);
      }
    }
    return y;
  }
}
