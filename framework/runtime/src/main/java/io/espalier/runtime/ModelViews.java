package io.espalier.runtime;

import io.espalier.api.ChannelGroup;
import io.espalier.api.ChannelSlice;
import io.espalier.api.EspalierException;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.core.ChannelGroups;
import io.espalier.core.Inspection;
import io.espalier.proto.GroupView;
import io.espalier.proto.LayerView;
import io.espalier.proto.ModelView;
import io.espalier.proto.NodeView;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Models as people look at them: the graph, and what each layer has become. */
final class ModelViews {
  private ModelViews() {}

  static ModelView of(int stage, Model model) {
    ModelView.Builder view = ModelView.newBuilder().setStageIndex(stage);
    model.graph().inputs().forEach(input -> view.addInputs(input.toString()));
    model.graph().outputs().forEach(output -> view.addOutputs(output.toString()));
    Map<String, Integer> layers = new HashMap<>();
    for (Inspection.Row row : Inspection.of(model).layers()) {
      layers.put(row.name(), layers.size());
      view.addLayers(layer(model, row));
    }
    addNodes(view, model.graph().nodes(), layers);
    try {
      addGroups(view, model);
    } catch (EspalierException e) {
      view.clearGroups().setGroupsProblem(e.getMessage());
    }
    return view.build();
  }

  private static void addGroups(ModelView.Builder view, Model model) {
    Map<String, Integer> positions = new HashMap<>();
    model.graph().nodes().forEach(node -> positions.put(node.name(), positions.size()));
    for (ChannelGroup group : ChannelGroups.of(model)) {
      GroupView.Builder one =
          view.addGroupsBuilder()
              .setName(group.name())
              .setChannels(group.channels())
              .setFrozen(group.frozen().orElse(""));
      for (ChannelSlice slice : group.slices()) {
        one.addMembersBuilder()
            .setTensor(slice.tensor())
            .setAxis(slice.axis())
            .setRole(slice.role().words())
            .setNode(positions.getOrDefault(slice.node(), 0));
      }
    }
  }

  private static LayerView layer(Model model, Inspection.Row row) {
    return LayerView.newBuilder()
        .setName(row.name())
        .setType(row.type())
        .setWeight(row.weight())
        .addAllDims(row.shape().dims())
        .setWeights(row.weights())
        .setZeros(row.zeros())
        .setUniqueValues(row.uniqueValues())
        .setMasked(model.masks().containsKey(row.weight()))
        .setClustered(model.codebooks().containsKey(row.weight()))
        .build();
  }

  private static void addNodes(
      ModelView.Builder view, List<Node> nodes, Map<String, Integer> layers) {
    Map<String, Integer> makers = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      Set<Integer> sources = new LinkedHashSet<>();
      for (String input : node.inputs()) {
        if (makers.containsKey(input)) {
          sources.add(makers.get(input));
        }
      }
      NodeView.Builder one =
          NodeView.newBuilder().setName(node.name()).setType(node.type()).addAllSources(sources);
      if (layers.containsKey(node.name())) {
        one.setLayer(layers.get(node.name()));
      }
      view.addNodes(one);
      for (String output : node.outputs()) {
        makers.put(output, i);
      }
    }
  }
}
