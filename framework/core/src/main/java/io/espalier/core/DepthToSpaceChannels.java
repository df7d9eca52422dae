package io.espalier.core;

/** Moves channels into blocks of pixels; the channels of a block go together. */
final class DepthToSpaceChannels implements ChannelRule {
  @Override
  public void link(ChannelLinks links) {
    Axis[] axes = links.input(0);
    Axis[] output = links.fixedOutput(0, axes.length);
    output[0] = axes[0];
    PoolChannels.freezeSpatial(links, axes);
    Axis channels = axes[1];
    int block = block(links.node());
    if (channels.cuttable()) {
      int[] atoms = new int[channels.length() / block];
      for (int i = 0; i < channels.length(); i++) {
        int to = target(links.node(), i, channels.length());
        if (atoms[to] == 0) {
          atoms[to] = channels.atom(i) + 1;
        } else {
          links.analysis().atoms().join(atoms[to] - 1, channels.atom(i));
        }
      }
      for (int i = 0; i < atoms.length; i++) {
        atoms[i]--;
      }
      output[1] = Axis.of(atoms);
    }
    links.output(0, output);
  }

  private static int block(io.espalier.api.Node node) {
    long side = node.intAttribute("blocksize", 1);
    return (int) (side * side);
  }

  /** Output channel that an input channel becomes part of. */
  private static int target(io.espalier.api.Node node, int channel, int channels) {
    boolean depthFirst = node.textAttribute("mode", "DCR").equals("DCR");
    return depthFirst ? channel % (channels / block(node)) : channel / block(node);
  }

  @Override
  public void settle(ChannelConstants constants) {
    Axis[] axes = constants.axes(0);
    if (axes.length < 2 || !axes[1].cuttable()) {
      return;
    }
    double[] x = constants.of(0, 1);
    double[] settled = new double[x.length / block(constants.node())];
    boolean[] seen = new boolean[settled.length];
    for (int i = 0; i < x.length; i++) {
      int to = target(constants.node(), i, x.length);
      settled[to] = !seen[to] || settled[to] == x[i] ? x[i] : Double.NaN;
      seen[to] = true;
    }
    constants.set(0, 1, settled);
  }
}
