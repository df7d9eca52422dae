package io.espalier.core;

import io.espalier.api.Codebook;
import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Graph;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Takes channels out of a model: the one place where graphs are cut.
 *
 * <p>The cut model computes what the masked one does. Masked means: the weights that make the
 * removed channels are zero, biases and normalisations stay. What such a channel then still
 * contributes is a constant, which is folded into the bias of the layer that reads it. Where that
 * is not exact, because the reader pads with zeros or the constant is not the same everywhere, the
 * masked model has the biases of that channel at zero as well ({@link #masked}).
 *
 * <p>Everything keeps its name. Nodes and tensors that nothing needs any more are dropped.
 */
public final class ChannelCut {
  private final ChannelAnalysis analysis;
  private final ChannelConstants constants;

  private ChannelCut(ChannelAnalysis analysis, ChannelConstants constants) {
    this.analysis = analysis;
    this.constants = constants;
  }

  /**
   * The model without some channels. Masks and codebooks of its tensors are cut with them.
   *
   * @param edits one cut: all indices are those of {@code model}
   * @throws EspalierException ({@link FailureCode#MODEL}) if an edit names no axis of a tensor, a
   *     channel that is frozen or part of one, or all channels of an axis
   */
  public static Model apply(Model model, List<Edit.RemoveChannels> edits) {
    return prepare(model, edits).cut();
  }

  /**
   * The model that a cut one is equal to: of the same shapes, with zeros where channels would go.
   *
   * @throws EspalierException as {@link #apply}
   */
  public static Model masked(Model model, List<Edit.RemoveChannels> edits) {
    return prepare(model, edits).mask();
  }

  private static ChannelCut prepare(Model model, List<Edit.RemoveChannels> edits) {
    ChannelAnalysis analysis = ChannelAnalysis.of(model, GroupOptions.DEFAULT);
    CutChannels cut = CutChannels.of(analysis, edits);
    if (cut.incomplete().isPresent()) {
      ChannelAnalysis other =
          ChannelAnalysis.of(
              model, new GroupOptions(GroupOptions.Heads.DIMENSIONS, Set.of(), Set.of()));
      CutChannels retry = CutChannels.of(other, edits);
      if (retry.incomplete().isPresent()) {
        throw new EspalierException(FailureCode.MODEL, cut.incomplete().get());
      }
      analysis = other;
      cut = retry;
    }
    BitSet removed = cut.removed();
    return new ChannelCut(analysis, ChannelConstants.of(analysis, removed));
  }

  private Model mask() {
    Model model = analysis.model();
    List<Tensor> masked = new ArrayList<>();
    for (Tensor tensor : model.tensors().values()) {
      Axis[] axes = analysis.axesInUse(tensor.name());
      float[] values = new float[0];
      for (int axis = 0; axis < axes.length; axis++) {
        for (int i = 0; i < axes[axis].length(); i++) {
          int atom = axes[axis].atom(i);
          if (constants.removed(atom) && constants.zeroed(tensor.name(), axis, atom)) {
            values = values.length == 0 ? tensor.toFloatArray() : values;
            zero(values, tensor, axis, i);
          }
        }
      }
      if (values.length > 0) {
        masked.add(Tensor.ofFloats(tensor.name(), tensor.shape(), values));
      }
    }
    return model.withTensors(masked);
  }

  private static void zero(float[] values, Tensor tensor, int axis, int coordinate) {
    int behind = 1;
    for (int a = axis + 1; a < tensor.shape().rank(); a++) {
      behind *= (int) tensor.shape().dim(a);
    }
    int block = behind * (int) tensor.shape().dim(axis);
    for (int from = coordinate * behind; from < values.length; from += block) {
      Arrays.fill(values, from, from + behind, 0);
    }
  }

  private Model cut() {
    Model model = analysis.model();
    Map<String, Tensor> changed = new HashMap<>();
    Map<String, Mask> masks = new LinkedHashMap<>(model.masks());
    Map<String, Codebook> codebooks = new LinkedHashMap<>(model.codebooks());
    for (Tensor tensor : model.tensors().values()) {
      Optional<WeightCut> found = cut(tensor);
      if (found.isPresent()) {
        WeightCut cut = found.get();
        changed.put(tensor.name(), cut.apply(tensor));
        masks.computeIfPresent(tensor.name(), (name, mask) -> cut.apply(mask));
        codebooks.computeIfPresent(tensor.name(), (name, codebook) -> cut.apply(codebook));
      }
    }
    Set<String> names = new HashSet<>(model.tensors().keySet());
    model.graph().nodes().forEach(node -> names.addAll(node.outputs()));
    model.graph().nodes().forEach(node -> names.add(node.name()));
    model.graph().inputs().forEach(input -> names.add(input.name()));
    List<Node> nodes = new ArrayList<>();
    for (Node node : model.graph().nodes()) {
      nodes.addAll(new NodeCut(analysis, constants, changed, names, node).shrink());
    }
    Graph graph = model.graph();
    List<Node> live = live(nodes, graph.outputs());
    Map<String, Tensor> tensors = liveTensors(live, changed);
    masks.keySet().retainAll(tensors.keySet());
    codebooks.keySet().retainAll(tensors.keySet());
    return new Model(
        new Graph(graph.name(), live, graph.inputs(), graph.outputs(), graph.opsets()),
        tensors,
        masks,
        codebooks,
        model.history());
  }

  /** What goes of a tensor; nothing if all stays. */
  private Optional<WeightCut> cut(Tensor tensor) {
    Axis[] axes = analysis.axesInUse(tensor.name());
    int[][] kept = new int[axes.length][];
    boolean cut = false;
    for (int axis = 0; axis < axes.length; axis++) {
      int extent = (int) tensor.shape().dim(axis);
      kept[axis] = kept(axes[axis], 0, extent);
      cut |= kept[axis].length < extent;
    }
    Optional<Map.Entry<Axis, Integer>> reads = analysis.even().reads(tensor.name());
    if (reads.isPresent()) {
      Axis channels = reads.get().getKey();
      if (kept(channels, 0, channels.length()).length < channels.length()) {
        return Optional.of(grouped(tensor.shape(), kept, channels, reads.get().getValue()));
      }
    }
    return cut ? Optional.of(new TensorCut(tensor.shape(), kept)) : Optional.empty();
  }

  private WeightCut grouped(Shape shape, int[][] kept, Axis channels, int groups) {
    List<int[][]> ofGroups = new ArrayList<>();
    int filters = (int) shape.dim(0) / groups;
    int positions = channels.length() / groups;
    for (int group = 0; group < groups; group++) {
      int first = group * filters;
      int[][] own = kept.clone();
      own[0] = Arrays.stream(kept[0]).filter(i -> i >= first && i < first + filters).toArray();
      own[1] = kept(channels, group * positions, positions);
      ofGroups.add(own);
    }
    return new GroupedCut(shape, ofGroups);
  }

  /** Which of some coordinates along an axis stay, counted from the first of them. */
  private int[] kept(Axis axis, int first, int count) {
    return IntStream.range(0, count)
        .filter(i -> !axis.cuttable() || !constants.removed(axis.atom(first + i)))
        .toArray();
  }

  /** The nodes whose outputs are needed. */
  private static List<Node> live(List<Node> nodes, Collection<ValueInfo> outputs) {
    Set<String> needed = new HashSet<>();
    outputs.forEach(output -> needed.add(output.name()));
    List<Node> live = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      if (node.outputs().stream().anyMatch(needed::contains)) {
        live.add(0, node);
        needed.addAll(node.inputs());
      }
    }
    return live;
  }

  private Map<String, Tensor> liveTensors(List<Node> live, Map<String, Tensor> changed) {
    Set<String> needed = new HashSet<>();
    live.forEach(node -> needed.addAll(node.inputs()));
    analysis.model().graph().outputs().forEach(output -> needed.add(output.name()));
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Tensor tensor : analysis.model().tensors().values()) {
      if (needed.contains(tensor.name())) {
        Tensor other = changed.remove(tensor.name());
        tensors.put(tensor.name(), other == null ? tensor : other);
      } else {
        changed.remove(tensor.name());
      }
    }
    changed.values().stream()
        .sorted(java.util.Comparator.comparing(Tensor::name))
        .forEach(tensor -> tensors.put(tensor.name(), tensor));
    return tensors;
  }
}
