package io.espalier.core;

import io.espalier.api.ChannelGroup;
import io.espalier.api.ChannelSlice;
import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Chooses which channels go. Those of least score go; of equal scores the one with the lower number
 * goes first, in the order of the groups. Of {@code n} channels at share {@code s} there stay
 * {@code max(1, rint(n (1 - s)))}, half to even, before minimum and multiple have their say. Where
 * a group has blocks that lose as many each, that holds for each block by itself.
 */
public final class ChannelPlanner {
  private final List<Candidate> candidates;
  private final ChannelGoal goal;

  /**
   * A group that can be cut.
   *
   * @param group not frozen
   * @param scores of its channels by each layer that makes them, in the order of the layers
   * @param target its own share to go, in place of the plan's
   * @param most the most that may go of it, 0 to 1
   * @param pool candidates of one pool compete, where the mode lets groups compete
   * @param before how many channels shares are of: more than there are, where some have gone
   *     already
   */
  public record Candidate(
      ChannelGroup group,
      List<float[]> scores,
      Optional<Double> target,
      double most,
      String pool,
      int before) {
    public Candidate {
      scores = List.copyOf(scores);
    }

    /** A group that has all its channels yet. */
    public Candidate(
        ChannelGroup group,
        List<float[]> scores,
        Optional<Double> target,
        double most,
        String pool) {
      this(group, scores, target, most, pool, group.channels());
    }

    private int gone() {
      return before - group.channels();
    }
  }

  public ChannelPlanner(List<Candidate> candidates, ChannelGoal goal) {
    this.candidates = List.copyOf(candidates);
    this.goal = goal;
  }

  /**
   * The edits that take a share of the channels out.
   *
   * @param share to go, 0 to below 1
   * @param pace of the candidates' own targets, 0 to 1
   * @throws EspalierException ({@link FailureCode#USAGE}) if so many cannot go; it says how many
   *     can
   */
  public List<Edit.RemoveChannels> plan(double share, double pace) {
    return plan(share, pace, true);
  }

  /** The edits that take a share of the channels out, or as many as can go. */
  public List<Edit.RemoveChannels> planUpTo(double share, double pace) {
    return plan(share, pace, false);
  }

  private List<Edit.RemoveChannels> plan(double share, double pace, boolean exactly) {
    if (exactly) {
      requireRoom(share, pace);
    }
    int[] dropped = new int[candidates.size()];
    switch (goal.mode()) {
      case NORMAL -> {
        return edits(agreed(share, pace));
      }
      case DEPENDENCY_AWARE -> {
        for (int i = 0; i < dropped.length; i++) {
          Candidate candidate = candidates.get(i);
          dropped[i] = Math.min(wanted(candidate, share, pace), room(candidate));
        }
      }
      case GLOBAL, ISOMORPHIC -> pool(share, pace, exactly, dropped);
    }
    List<boolean[]> gone = new ArrayList<>();
    for (int i = 0; i < dropped.length; i++) {
      Candidate candidate = candidates.get(i);
      gone.add(lowest(candidate, joint(candidate), rounded(candidate, dropped[i])));
    }
    return edits(gone);
  }

  private static double target(Candidate candidate, double share, double pace) {
    return candidate.target.map(own -> own * pace).orElse(share);
  }

  /** How many channels of a group may go. */
  private int room(Candidate candidate) {
    int channels = candidate.group.channels();
    int blocks = candidate.group.blockCount();
    double most = Math.min(goal.most(), candidate.most);
    int capped = (int) Math.floor(candidate.before * most + 1e-9) - candidate.gone();
    int room = Math.max(0, Math.min(capped, channels - Math.max(blocks, goal.minimum())));
    return room / blocks * blocks;
  }

  /** How many channels of a group are to go. */
  private static int wanted(Candidate candidate, double share, double pace) {
    int blocks = candidate.group.blockCount();
    int each = candidate.group.channels() / blocks;
    int kept = ExactSelector.kept(candidate.before / blocks, target(candidate, share, pace));
    return blocks * Math.max(0, each - kept);
  }

  /** More of them, so that what stays is a multiple. */
  private int rounded(Candidate candidate, int dropped) {
    int channels = candidate.group.channels();
    int kept = channels - dropped;
    int blocks = candidate.group.blockCount();
    int multiple = goal.multiple() / gcd(goal.multiple(), blocks) * blocks;
    if (dropped == 0 || goal.multiple() <= 1) {
      return dropped;
    }
    int rounded = Math.max(multiple, kept / multiple * multiple);
    int least = Math.max(channels - room(candidate), rounded);
    return channels - Math.min(channels, least);
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /** Lets the channels of a pool compete. */
  private void pool(double share, double pace, boolean exactly, int[] dropped) {
    Map<String, List<Integer>> pools = new LinkedHashMap<>();
    for (int i = 0; i < candidates.size(); i++) {
      Candidate candidate = candidates.get(i);
      String key =
          goal.mode() == ChannelGoal.Mode.ISOMORPHIC
              ? candidate.pool + "/" + structure(candidate.group)
              : candidate.pool;
      pools.computeIfAbsent(key, k -> new ArrayList<>()).add(i);
    }
    for (List<Integer> pool : pools.values()) {
      compete(pool, share, pace, exactly, dropped);
    }
  }

  /** Channels that go together in a pool: one of each block of a group. */
  private record Channel(int candidate, float score, int count) {}

  private static List<Channel> channels(int number, Candidate candidate, float[] scores) {
    int blocks = candidate.group.blockCount();
    float[][] ofBlocks = new float[blocks][scores.length / blocks];
    int[] next = new int[blocks];
    for (int i = 0; i < scores.length; i++) {
      int block = candidate.group.block(i);
      ofBlocks[block][next[block]++] = scores[i];
    }
    for (int block = 0; blocks > 1 && block < blocks; block++) {
      Arrays.sort(ofBlocks[block]);
    }
    List<Channel> channels = new ArrayList<>();
    for (int i = 0; i < scores.length / blocks; i++) {
      double sum = 0;
      for (float[] own : ofBlocks) {
        sum += own[i];
      }
      channels.add(new Channel(number, (float) (sum / blocks), blocks));
    }
    return channels;
  }

  private void compete(
      List<Integer> pool, double share, double pace, boolean exactly, int[] dropped) {
    List<Channel> channels = new ArrayList<>();
    int all = 0;
    int possible = 0;
    double wanted = 0;
    for (int i : pool) {
      Candidate candidate = candidates.get(i);
      channels.addAll(channels(i, candidate, joint(candidate)));
      all += candidate.group.channels();
      possible += room(candidate);
      wanted += candidate.before * target(candidate, share, pace) - candidate.gone();
    }
    int asked = (int) Math.rint(Math.max(0, wanted));
    if (exactly && asked > possible) {
      throw impossible(asked, all, possible);
    }
    channels.sort(Comparator.comparing(Channel::score));
    int left = asked;
    for (Channel channel : channels) {
      if (left >= channel.count
          && dropped[channel.candidate] < room(candidates.get(channel.candidate))) {
        dropped[channel.candidate] += channel.count;
        left -= channel.count;
      }
    }
  }

  /** Refuses a minimum that no group is above. */
  private void requireRoom(double share, double pace) {
    int all = 0;
    int asked = 0;
    for (Candidate candidate : candidates) {
      if (candidate.before > Math.max(candidate.group.blockCount(), goal.minimum())) {
        return;
      }
      all += candidate.group.channels();
      asked += wanted(candidate, share, pace);
    }
    if (asked > 0) {
      throw impossible(asked, all, 0);
    }
  }

  private EspalierException impossible(int asked, int all, int possible) {
    return new EspalierException(
        FailureCode.USAGE,
        String.format(
            Locale.ROOT,
            "%d of %d channels are to go, but at most %d can (%.1f %%): each group keeps at least %d and loses at most %.0f %%",
            asked,
            all,
            possible,
            100.0 * possible / all,
            goal.minimum(),
            100 * goal.most()));
  }

  /** What makes groups alike: the operators' roles, in order. */
  private static String structure(ChannelGroup group) {
    return group.slices().stream()
        .map(slice -> slice.role() + "/" + slice.axis() + "/" + slice.perChannel())
        .collect(Collectors.joining(" "));
  }

  private float[] joint(Candidate candidate) {
    float[] joint = new float[candidate.group.channels()];
    float[] one = new float[candidate.scores.size()];
    for (int channel = 0; channel < joint.length; channel++) {
      for (int i = 0; i < one.length; i++) {
        one[i] = candidate.scores.get(i)[channel];
      }
      joint[channel] = goal.reduction().of(one);
    }
    return goal.normalisation().of(joint);
  }

  /** In each group the channels that all of its layers let go. */
  private List<boolean[]> agreed(double share, double pace) {
    List<boolean[]> gone = new ArrayList<>();
    for (Candidate candidate : candidates) {
      int channels = candidate.group.channels();
      int drop = rounded(candidate, Math.min(wanted(candidate, share, pace), room(candidate)));
      boolean[] all = new boolean[channels];
      Arrays.fill(all, true);
      for (float[] scores : candidate.scores) {
        boolean[] lowest = lowest(candidate, scores, drop);
        for (int i = 0; i < channels; i++) {
          all[i] &= lowest[i];
        }
      }
      gone.add(even(candidate, all));
    }
    return gone;
  }

  /** As many of each block as of the one that lets the fewest go. */
  private boolean[] even(Candidate candidate, boolean[] gone) {
    int[] counts = new int[candidate.group.blockCount()];
    for (int i = 0; i < gone.length; i++) {
      counts[candidate.group.block(i)] += gone[i] ? 1 : 0;
    }
    float[] scores = joint(candidate).clone();
    for (int i = 0; i < gone.length; i++) {
      scores[i] = gone[i] ? scores[i] : Float.POSITIVE_INFINITY;
    }
    int fewest = Arrays.stream(counts).min().orElse(0);
    return lowest(candidate, scores, fewest * counts.length);
  }

  /** So many of the lowest scores, as many of each block. */
  private static boolean[] lowest(Candidate candidate, float[] scores, int count) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      order.add(i);
    }
    order.sort(Comparator.comparing(i -> scores[i]));
    int[] left = new int[candidate.group.blockCount()];
    Arrays.fill(left, count / left.length);
    boolean[] lowest = new boolean[scores.length];
    for (int i : order) {
      lowest[i] = left[candidate.group.block(i)]-- > 0;
    }
    return lowest;
  }

  private List<Edit.RemoveChannels> edits(List<boolean[]> gone) {
    List<Edit.RemoveChannels> edits = new ArrayList<>();
    for (int i = 0; i < gone.size(); i++) {
      ChannelSlice root = candidates.get(i).group.root();
      TreeSet<Integer> indices = new TreeSet<>();
      for (int channel = 0; channel < gone.get(i).length; channel++) {
        for (int place = 0; gone.get(i)[channel] && place < root.perChannel(); place++) {
          indices.add(root.index(channel, place));
        }
      }
      if (!indices.isEmpty()) {
        edits.add(new Edit.RemoveChannels(root.tensor(), root.axis(), List.copyOf(indices)));
      }
    }
    return edits;
  }
}
