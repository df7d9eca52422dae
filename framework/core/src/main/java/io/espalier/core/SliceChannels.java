package io.espalier.core;

import io.espalier.api.Attribute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Takes a range of an axis. */
final class SliceChannels implements ChannelRule {
  private static final int STARTS = 1;
  private static final int ENDS = 2;
  private static final int AXES = 3;
  private static final int STEPS = 4;

  /** One range: as many coordinates of an axis from the first on, each {@code step} further. */
  private record Range(int axis, long first, long count, long step) {}

  @Override
  public void link(ChannelLinks links) {
    Axis[] output = links.input(0).clone();
    Optional<List<Range>> ranges = ranges(links.analysis(), links.node(), output);
    if (ranges.isEmpty()) {
      links.touch("node '%s' (Slice) computes its range".formatted(links.node().name()));
      return;
    }
    for (Range range : ranges.get()) {
      Axis axis = output[range.axis];
      if (axis.cuttable() && range.step != 1) {
        links.freezeHere(axis, "takes every %d-th of them".formatted(range.step));
        output[range.axis] = Axis.fixed(range.count);
      } else {
        output[range.axis] =
            axis.extent() < 0
                ? Axis.UNKNOWN
                : SplitChannels.part(axis, (int) range.first, (int) range.count);
      }
    }
    links.output(0, output);
  }

  private static Optional<List<Range>> ranges(
      ChannelAnalysis analysis, io.espalier.api.Node node, Axis[] input) {
    Optional<long[]> starts = ChannelLinks.numbers(analysis, node, STARTS, "starts");
    Optional<long[]> ends = ChannelLinks.numbers(analysis, node, ENDS, "ends");
    Optional<long[]> axes = ChannelLinks.numbers(analysis, node, AXES, "axes");
    Optional<long[]> steps = ChannelLinks.numbers(analysis, node, STEPS, "");
    boolean computed = node.inputs().size() > AXES && axes.isEmpty();
    computed |= node.inputs().size() > STEPS && steps.isEmpty();
    if (starts.isEmpty() || ends.isEmpty() || computed) {
      return Optional.empty();
    }
    List<Range> ranges = new ArrayList<>();
    for (int i = 0; i < starts.get().length; i++) {
      long named = axes.isPresent() ? axes.get()[i] : i;
      int axis = (int) (named < 0 ? named + input.length : named);
      long step = steps.isPresent() ? steps.get()[i] : 1;
      long extent = input[axis].extent();
      long from = bound(starts.get()[i], extent, step);
      long to = bound(ends.get()[i], extent, step);
      ranges.add(new Range(axis, from, Math.max(0, -Math.floorDiv(from - to, step)), step));
    }
    return Optional.of(ranges);
  }

  /** Whether a Slice takes a known range of an axis, forwards. */
  static boolean takes(ChannelAnalysis analysis, io.espalier.api.Node node, int axis) {
    Axis[] axes = analysis.axes(node.inputs().get(0));
    return axes != null
        && ranges(analysis, node, axes).orElse(List.of()).stream()
            .anyMatch(range -> range.axis == axis && range.step == 1);
  }

  private static long bound(long at, long extent, long step) {
    long position = at < 0 ? at + extent : at;
    return step > 0
        ? Math.max(0, Math.min(extent, position))
        : Math.max(-1, Math.min(extent - 1, position));
  }

  @Override
  public void settle(ChannelConstants constants) {
    Axis[] axes = constants.axes(0);
    Optional<List<Range>> ranges = ranges(constants.analysis(), constants.node(), axes);
    for (int axis = 0; axis < axes.length; axis++) {
      constants.pass(0, axis, 0, axis);
    }
    for (Range range : ranges.orElse(List.of())) {
      if (axes[range.axis].cuttable() && range.step == 1) {
        double[] x = constants.of(0, range.axis);
        int first = (int) range.first;
        constants.set(0, range.axis, Arrays.copyOfRange(x, first, first + (int) range.count));
      }
    }
  }

  @Override
  public void shrink(NodeCut cut) {
    Axis[] axes = cut.axes(0);
    List<Range> ranges = ranges(cut.analysis(), cut.node(), axes).orElse(List.of());
    if (ranges.stream().noneMatch(r -> axes[r.axis].cuttable() && cut.cuts(axes[r.axis]))) {
      return;
    }
    long[] starts = cut.numbers(STARTS, "starts").orElse(new long[0]);
    long[] ends = cut.numbers(ENDS, "ends").orElse(new long[0]);
    for (int i = 0; i < ranges.size(); i++) {
      Range range = ranges.get(i);
      Axis axis = axes[range.axis];
      if (axis.cuttable() && cut.cuts(axis)) {
        starts[i] = cut.kept(SplitChannels.part(axis, 0, (int) range.first));
        ends[i] = starts[i] + cut.kept(cut.outputAxes(0)[range.axis]);
      }
    }
    if (cut.given(STARTS)) {
      cut.numbers(STARTS, "starts", starts);
      cut.numbers(ENDS, "ends", ends);
    } else {
      cut.attribute("starts", new Attribute.Ints(Arrays.stream(starts).boxed().toList()));
      cut.attribute("ends", new Attribute.Ints(Arrays.stream(ends).boxed().toList()));
    }
  }
}
