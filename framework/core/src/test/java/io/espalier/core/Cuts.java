package io.espalier.core;

import io.espalier.api.ChannelGroup;
import io.espalier.api.ChannelSlice;
import io.espalier.api.Edit;
import io.espalier.api.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/** Edits that cut groups. */
final class Cuts {
  private Cuts() {}

  /** The edit that removes some channels of a group. */
  static Edit.RemoveChannels of(ChannelGroup group, IntPredicate goes) {
    ChannelSlice root = group.root();
    TreeSet<Integer> indices = new TreeSet<>();
    for (int channel = 0; channel < group.channels(); channel++) {
      for (int i = 0; goes.test(channel) && i < root.perChannel(); i++) {
        indices.add(root.index(channel, i));
      }
    }
    return new Edit.RemoveChannels(root.tensor(), root.axis(), List.copyOf(indices));
  }

  /** The second half of every group that can be cut. */
  static List<Edit.RemoveChannels> half(Model model) {
    return half(ChannelGroups.of(model));
  }

  static List<Edit.RemoveChannels> half(List<ChannelGroup> groups) {
    List<Edit.RemoveChannels> edits = new ArrayList<>();
    for (ChannelGroup group : groups) {
      if (group.frozen().isEmpty()) {
        int[] seen = new int[group.blockCount()];
        boolean[] goes = new boolean[group.channels()];
        int each = group.channels() / seen.length;
        for (int channel = 0; channel < goes.length; channel++) {
          goes[channel] = seen[group.block(channel)]++ >= each - each / 2;
        }
        if (each > 1) {
          edits.add(of(group, channel -> goes[channel]));
        }
      }
    }
    return edits;
  }

  /** Some channels of some groups at random, never all of one. */
  static List<Edit.RemoveChannels> random(List<ChannelGroup> groups, SplittableRandom random) {
    List<Edit.RemoveChannels> edits = new ArrayList<>();
    for (ChannelGroup group : groups) {
      boolean[] goes = group.blocks().isEmpty() ? any(group, random) : evenly(group, random);
      int count = 0;
      for (boolean gone : goes) {
        count += gone ? 1 : 0;
      }
      if (group.frozen().isEmpty() && count > 0) {
        edits.add(of(group, channel -> goes[channel]));
      }
    }
    return edits;
  }

  private static boolean[] any(ChannelGroup group, SplittableRandom random) {
    int kept = random.nextInt(group.channels());
    double share = random.nextDouble();
    boolean[] goes = new boolean[group.channels()];
    for (int channel = 0; channel < goes.length; channel++) {
      goes[channel] = channel != kept && random.nextDouble() < share;
    }
    return goes;
  }

  /** Of each block others, but as many. */
  private static boolean[] evenly(ChannelGroup group, SplittableRandom random) {
    int each = group.channels() / group.blockCount();
    int count = random.nextInt(each);
    boolean[] goes = new boolean[group.channels()];
    for (int block = 0; block < group.blockCount(); block++) {
      List<Integer> channels = new ArrayList<>();
      for (int channel = 0; channel < goes.length; channel++) {
        if (group.block(channel) == block) {
          channels.add(channel);
        }
      }
      for (int i = 0; i < count; i++) {
        goes[channels.remove(random.nextInt(channels.size()))] = true;
      }
    }
    return goes;
  }
}
