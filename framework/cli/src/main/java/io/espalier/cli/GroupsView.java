package io.espalier.cli;

import io.espalier.api.ChannelGroup;
import io.espalier.api.ChannelSlice;
import io.espalier.api.ChannelSlice.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Channel groups in the form that the command prints, as text or as JSON.
 *
 * @param model the file
 * @param groups in the order of the layers that make them
 */
record GroupsView(String model, List<GroupView> groups) {
  /**
   * One group.
   *
   * @param frozen why it cannot be cut; none if it can
   * @param blocks of the channels, where as many of each have to go
   */
  record GroupView(
      String name,
      int channels,
      @Nullable String frozen,
      List<Integer> blocks,
      List<SliceView> slices) {}

  /**
   * What a group has of one tensor.
   *
   * @param indices of each channel along the axis
   */
  record SliceView(String tensor, int axis, Role role, String node, List<List<Integer>> indices) {}

  static GroupsView of(Path file, List<ChannelGroup> groups) {
    return new GroupsView(
        file.toString(),
        groups.stream()
            .map(
                group ->
                    new GroupView(
                        group.name(),
                        group.channels(),
                        group.frozen().orElse(null),
                        group.blocks(),
                        group.slices().stream().map(s -> slice(s, group.channels())).toList()))
            .toList());
  }

  private static SliceView slice(ChannelSlice slice, int channels) {
    List<List<Integer>> indices = new ArrayList<>();
    for (int channel = 0; channel < channels; channel++) {
      List<Integer> own = new ArrayList<>();
      for (int i = 0; i < slice.perChannel(); i++) {
        own.add(slice.index(channel, i));
      }
      indices.add(own);
    }
    return new SliceView(slice.tensor(), slice.axis(), slice.role(), slice.node(), indices);
  }

  /** For people. */
  String text() {
    long free = groups.stream().filter(group -> group.frozen() == null).count();
    return "%s: %d groups of channels, %d of them can be cut\n\n%s"
        .formatted(
            model,
            groups.size(),
            free,
            groups.stream().map(GroupsView::text).collect(Collectors.joining("\n\n")));
  }

  private static String text(GroupView group) {
    StringBuilder text =
        new StringBuilder(
            "%s: %,d channel%s"
                .formatted(group.name(), group.channels(), group.channels() == 1 ? "" : "s"));
    if (group.frozen() != null) {
      text.append(" that stay: ").append(group.frozen());
    }
    if (!group.blocks().isEmpty()) {
      long blocks = group.blocks().stream().distinct().count();
      text.append(
          ", in %,d blocks of %,d: grouped convolutions lose as many of each"
              .formatted(blocks, group.channels() / blocks));
    }
    for (Role role : Role.values()) {
      List<String> slices =
          group.slices().stream()
              .filter(slice -> slice.role() == role)
              .map(GroupsView::text)
              .toList();
      if (!slices.isEmpty()) {
        text.append("\n  %-10s %s".formatted(role.words(), String.join("\n             ", slices)));
      }
    }
    return text.toString();
  }

  private static String text(SliceView slice) {
    int each = slice.indices().get(0).size();
    return "%s along axis %d%s"
        .formatted(
            slice.tensor(), slice.axis(), each == 1 ? "" : ", %,d places each".formatted(each));
  }
}
