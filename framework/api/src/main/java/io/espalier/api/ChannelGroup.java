package io.espalier.api;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Channels that a cut has to take from several tensors at once, because the graph ties them
 * together. One channel of a group is the least that can be removed.
 *
 * <p>The idea of dependency groups is that of G. Fang et al., "DepGraph: Towards Any Structural
 * Pruning" (CVPR 2023).
 *
 * @param name of the layer that makes its channels; where a layer makes several groups, with the
 *     number of the first of its outputs that belongs to the group, such as {@code conv1[16]}
 * @param channels how many there are
 * @param slices what a channel takes from each tensor, in the order in which the graph uses them
 * @param frozen why the group cannot be cut; empty if it can
 * @param blocks the block of each channel, from 0, where a convolution has groups that have to lose
 *     the same number of channels each; empty where channels go one by one. Blocks are of one size
 */
public record ChannelGroup(
    String name,
    int channels,
    List<ChannelSlice> slices,
    Optional<String> frozen,
    List<Integer> blocks) {
  public ChannelGroup {
    slices = List.copyOf(slices);
    blocks = List.copyOf(blocks);
  }

  /** A group whose channels go one by one. */
  public ChannelGroup(
      String name, int channels, List<ChannelSlice> slices, Optional<String> frozen) {
    this(name, channels, slices, frozen, List.of());
  }

  /** How many blocks lose the same number of channels each; 1 where channels go one by one. */
  public int blockCount() {
    return blocks.isEmpty() ? 1 : Collections.max(blocks) + 1;
  }

  /** The block of a channel. */
  public int block(int channel) {
    return blocks.isEmpty() ? 0 : blocks.get(channel);
  }

  /** The slices that a role picks, in order. */
  public List<ChannelSlice> slices(ChannelSlice.Role role) {
    return slices.stream().filter(slice -> slice.role() == role).toList();
  }

  /** The slice that names the group: the weight that makes its channels, the first in the graph. */
  public ChannelSlice root() {
    return slices(ChannelSlice.Role.MAKES).get(0);
  }

  /** A line for the group and a line per tensor. */
  @Override
  public String toString() {
    return "group '%s': %d channel%s%s%s\n%s"
        .formatted(
            name,
            channels,
            channels == 1 ? "" : "s",
            blocks.isEmpty() ? "" : ", as many of each of %d blocks".formatted(blockCount()),
            frozen.map(reason -> ", frozen: " + reason).orElse(""),
            slices.stream().map(slice -> "  " + slice).collect(Collectors.joining("\n")));
  }
}
