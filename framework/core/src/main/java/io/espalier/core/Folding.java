package io.espalier.core;

import java.nio.FloatBuffer;

/** What removed channels contribute to the outputs of the layer that read them. */
final class Folding {
  private Folding() {}

  /**
   * The contributions to the filters of a convolution that are left.
   *
   * @param channels the axis of its input
   * @param group number of groups
   */
  static double[] convolution(NodeCut cut, Axis channels, long group) {
    String name = cut.node().inputs().get(1);
    Axis[] axes = cut.axes(1);
    Axis filters = axes[0];
    FloatBuffer weight = cut.analysis().model().tensor(name).floats();
    double[] constants = cut.constants().of(cut.node().inputs().get(0), 1);
    int inputs = channels.length() / (int) group;
    int count = (int) axes[0].extent();
    int area = weight.limit() / count / inputs;
    int perGroup = count / (int) group;
    double[] sums = new double[filters.cuttable() ? cut.kept(filters) : count];
    int next = 0;
    for (int filter = 0; filter < count; filter++) {
      if (filters.cuttable() && cut.removed(filters.atom(filter))) {
        continue;
      }
      int first = filter / perGroup * inputs;
      double sum = 0;
      for (int j = 0; j < inputs; j++) {
        int atom = channels.atom(first + j);
        double constant = constants[first + j];
        if (constant != 0 && cut.removed(atom) && !cut.constants().zeroed(name, 1, atom)) {
          sum += constant * sum(weight, (filter * inputs + j) * area, area);
        }
      }
      sums[next++] = sum;
    }
    return sums;
  }

  private static double sum(FloatBuffer values, int from, int count) {
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += values.get(i);
    }
    return sum;
  }

  /**
   * The contributions to the outputs of a product with a weight matrix that are left.
   *
   * @param value input that has the removed channels
   * @param valueAxis along which they lie
   * @param weight input that is the weight, of one or two axes
   * @param inner axis of the weight along which the product sums
   */
  static double[] matrix(NodeCut cut, int value, int valueAxis, int weight, int inner) {
    String name = cut.node().inputs().get(weight);
    Axis[] axes = cut.axes(weight);
    Axis channels = cut.axes(value)[valueAxis];
    double[] constants = cut.constants().of(cut.node().inputs().get(value), valueAxis);
    FloatBuffer values = cut.analysis().model().tensor(name).floats();
    boolean vector = axes.length == 1;
    Axis outputs = vector ? Axis.ONE : axes[1 - inner];
    int count = (int) outputs.extent();
    int outer = inner == 0 ? 1 : channels.length();
    int step = inner == 0 ? count : 1;
    double[] all = new double[count];
    for (int i = 0; i < channels.length(); i++) {
      int atom = channels.atom(i);
      if (constants[i] != 0 && cut.removed(atom) && !cut.constants().zeroed(name, inner, atom)) {
        for (int o = 0; o < count; o++) {
          all[o] += constants[i] * values.get(o * outer + i * step);
        }
      }
    }
    double[] sums = new double[outputs.cuttable() ? cut.kept(outputs) : count];
    int next = 0;
    for (int o = 0; o < count; o++) {
      if (!outputs.cuttable() || !cut.removed(outputs.atom(o))) {
        sums[next++] = all[o];
      }
    }
    return sums;
  }
}
