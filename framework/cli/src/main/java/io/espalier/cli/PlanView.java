package io.espalier.cli;

import io.espalier.proto.ChannelsCut;
import io.espalier.proto.CutGroup;
import io.espalier.proto.CutLayer;
import io.espalier.runtime.PlannedCut;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A planned cut in the form that the command prints, as text or as JSON.
 *
 * @param model the file
 * @param plan where the plan was written, if it was
 * @param pruner who scored the channels
 * @param groups that lose channels
 * @param frozen groups that keep all, and why
 * @param layers every prunable layer before and after
 * @param parameters of the whole model
 * @param macs multiply-accumulates of one sample; 0 where they cannot be counted
 */
record PlanView(
    String model,
    @Nullable String plan,
    String pruner,
    List<Group> groups,
    List<Frozen> frozen,
    List<Layer> layers,
    Change parameters,
    Change macs) {
  /**
   * A group.
   *
   * @param removed indices along the axis that its first layer makes its channels along
   */
  record Group(
      String name,
      int channels,
      int kept,
      List<Integer> removed,
      List<String> madeBy,
      List<String> readBy) {}

  /** A group that stays. */
  record Frozen(String name, int channels, String reason) {}

  /** A layer's channels. */
  record Layer(String name, Change inputs, Change outputs, Change weights, Change macs) {}

  /** A figure before and after. */
  record Change(long before, long after) {
    String text() {
      return before == after ? "%,d".formatted(before) : "%,d -> %,d".formatted(before, after);
    }

    String share() {
      return before == 0 ? "" : String.format(Locale.ROOT, " (%.3f)", (double) after / before);
    }
  }

  static PlanView of(Path file, @Nullable Path output, PlannedCut cut) {
    ChannelsCut figures = cut.figures();
    return new PlanView(
        file.toString(),
        output == null ? null : output.toString(),
        cut.plan().author(),
        figures.getGroupsList().stream().map(PlanView::group).toList(),
        figures.getFrozenList().stream()
            .map(one -> new Frozen(one.getGroup(), one.getChannels(), one.getReason()))
            .toList(),
        figures.getLayersList().stream().map(PlanView::layer).toList(),
        change(figures.getParametersBefore(), figures.getParametersAfter()),
        change(figures.getMacsBefore(), figures.getMacsAfter()));
  }

  private static Group group(CutGroup group) {
    return new Group(
        group.getGroup(),
        group.getBefore(),
        group.getAfter(),
        group.getRemovedList(),
        group.getMadeByList(),
        group.getReadByList());
  }

  private static Layer layer(CutLayer layer) {
    return new Layer(
        layer.getLayer(),
        change(layer.getInputsBefore(), layer.getInputsAfter()),
        change(layer.getOutputsBefore(), layer.getOutputsAfter()),
        change(layer.getWeightsBefore(), layer.getWeightsAfter()),
        change(layer.getMacsBefore(), layer.getMacsAfter()));
  }

  private static Change change(double before, double after) {
    return new Change((long) before, (long) after);
  }

  /** For people. */
  String text() {
    List<String> lines = new ArrayList<>();
    lines.add("plan of %s for %s".formatted(pruner, model));
    groups.forEach(group -> lines.add("\n" + text(group)));
    if (!frozen.isEmpty()) {
      lines.add("\nwhat stays:");
      frozen.forEach(
          one -> lines.add("  %s: %,d channels: %s".formatted(one.name, one.channels, one.reason)));
    }
    TextTable table = new TextTable("layer", "inputs", "outputs", "weights");
    layers.forEach(
        layer ->
            table.row(layer.name, layer.inputs.text(), layer.outputs.text(), layer.weights.text()));
    lines.add("\n" + table);
    lines.add("\nparameters: " + parameters.text() + parameters.share());
    if (macs.before > 0) {
      lines.add("multiply-accumulates: " + macs.text() + macs.share());
    }
    if (plan != null) {
      lines.add(
          "\nwritten to %s; 'espalier apply %s %s -o OUT.onnx' applies it"
              .formatted(plan, model, plan));
    }
    return String.join("\n", lines);
  }

  private static String text(Group group) {
    return "%s: %,d of %,d channels go: %s\n  made by    %s%s"
        .formatted(
            group.name,
            group.channels - group.kept,
            group.channels,
            ranges(group.removed),
            String.join(", ", group.madeBy),
            group.readBy.isEmpty() ? "" : "\n  read by    " + String.join(", ", group.readBy));
  }

  /** For instance {@code 1, 5-6}. */
  private static String ranges(List<Integer> indices) {
    List<int[]> ranges = new ArrayList<>();
    for (int index : indices) {
      if (!ranges.isEmpty() && ranges.get(ranges.size() - 1)[1] == index - 1) {
        ranges.get(ranges.size() - 1)[1] = index;
      } else {
        ranges.add(new int[] {index, index});
      }
    }
    return ranges.stream()
        .map(range -> range[0] == range[1] ? "" + range[0] : range[0] + "-" + range[1])
        .collect(Collectors.joining(", "));
  }
}
