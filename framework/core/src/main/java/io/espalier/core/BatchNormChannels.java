package io.espalier.core;

import io.espalier.api.ChannelSlice.Role;

/** Batch normalisation: every channel by itself. */
final class BatchNormChannels implements ChannelRule {
  static final float EPSILON = 1e-5f;

  @Override
  public void link(ChannelLinks links) {
    if (links.node().intAttribute("spatial", 1) == 0) {
      links.touch(
          "node '%s' normalises every place of a channel by itself".formatted(links.node().name()));
      return;
    }
    Axis[] axes = links.input(0).clone();
    axes[1] = links.join(axes[1], links.input(1)[0]);
    for (int i = 1; i < 5; i++) {
      links.join(axes[1], links.input(i)[0]);
      links.use(i, 0, i == 2 || i == 3 ? Role.SHIFTS : Role.FOLLOWS);
    }
    links.output(0, axes);
    for (int i = 1; i < links.node().outputs().size(); i++) {
      links.output(i, axes[1]);
    }
  }

  @Override
  public void settle(ChannelConstants constants) {
    Axis[] axes = constants.axes(0);
    if (axes.length < 2 || !axes[1].cuttable()) {
      return;
    }
    double epsilon = constants.node().realAttribute("epsilon", EPSILON);
    boolean batch = constants.node().intAttribute("training_mode", 0) != 0;
    double[] x = constants.of(0, 1);
    double[] scale = constants.of(1, 0);
    double[] bias = constants.of(2, 0);
    double[] mean = constants.of(3, 0);
    double[] variance = constants.of(4, 0);
    double[] settled = new double[x.length];
    for (int i = 0; i < settled.length; i++) {
      double difference = batch ? 0 * x[i] : x[i] - mean[i];
      settled[i] =
          difference == 0
              ? bias[i]
              : difference / Math.sqrt(variance[i] + epsilon) * scale[i] + bias[i];
    }
    constants.set(0, 1, settled);
  }
}
