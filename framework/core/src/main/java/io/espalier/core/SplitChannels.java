package io.espalier.core;

import io.espalier.api.Attribute;
import io.espalier.api.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Splits a value along an axis: each part keeps what is left of its channels. */
final class SplitChannels implements ChannelRule {
  /** From this operator set on the sizes are an input. */
  private static final long SIZES_ARE_INPUT = 13;

  @Override
  public void link(ChannelLinks links) {
    Axis[] axes = links.input(0);
    int axis = links.axis(links.node().intAttribute("axis", 0), axes.length);
    int from = 0;
    for (int i = 0; i < links.node().outputs().size(); i++) {
      Shape shape = links.shape(links.node().outputs().get(i));
      if (shape == null) {
        links.touch("node '%s' (Split) has parts of unknown size".formatted(links.node().name()));
        return;
      }
      Axis[] output = axes.clone();
      int size = (int) shape.dim(axis);
      output[axis] = part(axes[axis], from, size);
      links.output(i, output);
      from += size;
    }
  }

  /** Some coordinates of an axis that follow each other. */
  static Axis part(Axis axis, int from, int size) {
    if (!axis.cuttable()) {
      return Axis.fixed(size);
    }
    int[] atoms = new int[size];
    for (int i = 0; i < size; i++) {
      atoms[i] = axis.atom(from + i);
    }
    return Axis.of(atoms);
  }

  @Override
  public void settle(ChannelConstants constants) {
    Axis[] axes = constants.axes(0);
    if (axes.length == 0) {
      return;
    }
    int axis = (int) constants.node().intAttribute("axis", 0);
    axis = axis < 0 ? axis + axes.length : axis;
    int from = 0;
    for (int i = 0; i < constants.node().outputs().size(); i++) {
      Axis[] output = constants.outputAxes(i);
      for (int a = 0; a < output.length; a++) {
        if (a != axis) {
          constants.pass(0, a, i, a);
        } else {
          int size = (int) output[a].extent();
          if (output[a].cuttable()) {
            double[] x = constants.of(0, axis);
            constants.set(i, a, Arrays.copyOfRange(x, from, from + size));
          }
          from += size;
        }
      }
    }
  }

  @Override
  public void shrink(NodeCut cut) {
    Axis[] axes = cut.axes(0);
    int axis = (int) cut.node().intAttribute("axis", 0);
    axis = axis < 0 ? axis + axes.length : axis;
    if (!axes[axis].cuttable() || !cut.cuts(axes[axis])) {
      return;
    }
    List<Long> sizes = new ArrayList<>();
    for (int i = 0; i < cut.node().outputs().size(); i++) {
      sizes.add((long) cut.kept(cut.outputAxes(i)[axis]));
    }
    if (cut.opset() >= SIZES_ARE_INPUT) {
      cut.numbers(1, "split", sizes.stream().mapToLong(Long::longValue).toArray());
      cut.withoutAttribute("num_outputs");
    } else {
      cut.attribute("split", new Attribute.Ints(sizes));
    }
  }
}
