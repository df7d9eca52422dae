package io.espalier.core;

import io.espalier.api.ChannelGroup;
import io.espalier.api.ChannelSlice;
import io.espalier.api.ChannelSlice.Role;
import io.espalier.api.EspalierException;
import io.espalier.api.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the groups of channels that a model can lose, from its graph alone.
 *
 * <p>Channels that run through the same axes of the same tensors and values are one group. So each
 * axis keeps a channel as long as each group does, and channels of one group are alike.
 */
public final class ChannelGroups {
  private final ChannelAnalysis analysis;
  private final int[] parts;

  private ChannelGroups(ChannelAnalysis analysis) {
    this.analysis = analysis;
    this.parts = ChannelParts.of(analysis);
  }

  /** The groups with {@link GroupOptions#DEFAULT}. */
  public static List<ChannelGroup> of(Model model) {
    return of(model, GroupOptions.DEFAULT);
  }

  /**
   * All groups in the order of the layers that make them, frozen ones among them. An operator that
   * the analysis does not know freezes what it touches, no more.
   *
   * @throws EspalierException ({@link io.espalier.api.FailureCode#MODEL}) for a node without an
   *     input that its operator needs
   */
  public static List<ChannelGroup> of(Model model, GroupOptions options) {
    return new ChannelGroups(ChannelAnalysis.of(model, options)).list();
  }

  /** The channels of a part, numbered as their layer makes them. */
  private static final class Part {
    private final List<ChannelSlice> slices = new ArrayList<>();
    private final int[] numbers;
    private final int count;
    private final String name;
    private final Optional<String> frozen;
    private final List<Integer> blocks;

    Part(int[] numbers, int count, String name, Optional<String> frozen, List<Integer> blocks) {
      this.numbers = numbers;
      this.count = count;
      this.name = name;
      this.frozen = frozen;
      this.blocks = blocks;
    }

    ChannelGroup group() {
      return new ChannelGroup(name, count, slices, frozen, frozen.isEmpty() ? blocks : List.of());
    }
  }

  private List<ChannelGroup> list() {
    Map<Integer, Part> found = new java.util.LinkedHashMap<>();
    int[] numbers = new int[parts.length];
    Arrays.fill(numbers, -1);
    analysis.uses().forEach((tensor, uses) -> number(tensor, uses, numbers, found));
    analysis.uses().forEach((tensor, uses) -> slice(tensor, uses, found));
    return found.values().stream().map(part -> part.group()).toList();
  }

  /** Starts the parts whose channels a tensor is the first to make. */
  private void number(
      String tensor, ChannelAnalysis.Use[] uses, int[] numbers, Map<Integer, Part> found) {
    for (int number = 0; number < uses.length; number++) {
      Axis axis = analysis.axesInUse(tensor)[number];
      if (uses[number] == null || uses[number].role() != Role.MAKES || !axis.cuttable()) {
        continue;
      }
      Map<Integer, Integer> counts = new java.util.LinkedHashMap<>();
      Map<Integer, Integer> firsts = new HashMap<>();
      for (int i = 0; i < axis.length(); i++) {
        int root = analysis.atoms().find(axis.atom(i));
        if (!found.containsKey(parts[root]) && numbers[root] < 0) {
          numbers[root] = counts.merge(parts[root], 1, Integer::sum) - 1;
          firsts.putIfAbsent(parts[root], i);
        }
      }
      for (Map.Entry<Integer, Integer> entry : counts.entrySet()) {
        int first = firsts.getOrDefault(entry.getKey(), 0);
        boolean whole = counts.size() == 1 && covers(axis, entry.getKey());
        String name = uses[number].node() + (whole ? "" : "[" + first + "]");
        int part = entry.getKey();
        List<Integer> blocks = blocks(axis, part, entry.getValue(), numbers);
        found.put(
            part,
            new Part(
                numbers,
                entry.getValue(),
                name,
                frozen(axis, part, entry.getValue(), blocks),
                blocks));
      }
    }
  }

  private boolean covers(Axis axis, int part) {
    for (int i = 0; i < axis.length(); i++) {
      if (parts[analysis.atoms().find(axis.atom(i))] != part) {
        return false;
      }
    }
    return true;
  }

  /** The block of each channel of a part; empty where they go one by one. */
  private List<Integer> blocks(Axis axis, int part, int count, int[] numbers) {
    Integer[] blocks = new Integer[count];
    Map<Integer, Integer> numbered = new HashMap<>();
    for (int i = 0; i < axis.length(); i++) {
      int root = analysis.atoms().find(axis.atom(i));
      int label = analysis.even().label(root);
      if (parts[root] == part) {
        if (label == EvenGroups.FREE) {
          return List.of();
        }
        blocks[numbers[root]] = numbered.computeIfAbsent(label, key -> numbered.size());
      }
    }
    return numbered.size() < 2 ? List.of() : List.of(blocks);
  }

  private Optional<String> frozen(Axis axis, int part, int count, List<Integer> blocks) {
    for (int i = 0; i < axis.length(); i++) {
      int root = analysis.atoms().find(axis.atom(i));
      if (parts[root] == part && analysis.atoms().frozen(root).isPresent()) {
        return analysis.atoms().frozen(root);
      }
    }
    if (count == 1) {
      return Optional.of("all its coordinates are tied to one channel, and one has to stay");
    }
    return new java.util.HashSet<>(blocks).size() == count
        ? Optional.of("each group of a convolution has one of them, and one has to stay")
        : Optional.empty();
  }

  private void slice(String tensor, ChannelAnalysis.Use[] uses, Map<Integer, Part> found) {
    for (int number = 0; number < uses.length; number++) {
      Axis axis = analysis.axesInUse(tensor)[number];
      if (uses[number] == null || !axis.cuttable()) {
        continue;
      }
      Map<Integer, Integer> sizes = new java.util.LinkedHashMap<>();
      for (int i = 0; i < axis.length(); i++) {
        sizes.merge(parts[analysis.atoms().find(axis.atom(i))], 1, Integer::sum);
      }
      for (Map.Entry<Integer, Integer> entry : sizes.entrySet()) {
        Part part = found.get(entry.getKey());
        if (part != null) {
          part.slices.add(
              slice(tensor, number, uses[number], axis, entry.getKey(), entry.getValue(), part));
        }
      }
    }
  }

  private ChannelSlice slice(
      String tensor, int number, ChannelAnalysis.Use use, Axis axis, int key, int size, Part part) {
    int each = size / part.count;
    int[] indices = new int[size];
    int[] filled = new int[part.count];
    for (int i = 0; i < axis.length(); i++) {
      int root = analysis.atoms().find(axis.atom(i));
      if (parts[root] == key) {
        int channel = part.numbers[root];
        indices[channel * each + filled[channel]++] = i;
      }
    }
    return new ChannelSlice(tensor, number, use.role(), use.node(), each, indices);
  }
}
