package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.ChannelGroup;
import io.espalier.api.ChannelSlice;
import io.espalier.api.ChannelSlice.Role;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChannelGroupsTest {
  private static ChannelGroup group(List<ChannelGroup> groups, String name) {
    return groups.stream()
        .filter(group -> group.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no group '" + name + "' in " + groups));
  }

  private static List<String> tensors(ChannelGroup group, Role role) {
    return group.slices(role).stream().map(ChannelSlice::tensor).toList();
  }

  /** Three convolutions of 4 filters on the same input, joined by a node. */
  private static Model branches(String type, Object... attributes) {
    List<Node> nodes = new ArrayList<>();
    List<Tensor> tensors = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      nodes.add(Graphs.node(name, "Conv", List.of("x", "w" + name), name + ".out"));
      tensors.add(Graphs.floats("w" + name, 4, 2, 1, 1));
    }
    nodes.add(Graphs.node("join", type, List.of("a.out", "b.out", "c.out"), "j", attributes));
    int joined = type.equals("Concat") ? 12 : 4;
    nodes.add(Graphs.node("last", "Conv", List.of("j", "wl"), "y"));
    tensors.add(Graphs.floats("wl", 3, joined, 1, 1));
    return Graphs.model(
        Graphs.value("x", -1, 2, 5, 5),
        Graphs.value("y", -1, 3, 5, 5),
        nodes,
        tensors.toArray(Tensor[]::new));
  }

  @Test
  void tieThreeBranchesThatAreAdded() {
    List<ChannelGroup> groups = ChannelGroups.of(branches("Sum"));

    assertThat(groups).extracting(ChannelGroup::name).containsExactly("a", "last");
    assertThat(tensors(groups.get(0), Role.MAKES)).containsExactly("wa", "wb", "wc");
    assertThat(tensors(groups.get(0), Role.READS)).contains("wl");
    assertThat(groups.get(0).channels()).isEqualTo(4);
  }

  @Test
  void keepThreeBranchesApartThatAreJoined() {
    List<ChannelGroup> groups = ChannelGroups.of(branches("Concat", "axis", 1));

    assertThat(groups).extracting(ChannelGroup::name).containsExactly("a", "b", "c", "last");
    ChannelSlice read =
        group(groups, "c").slices(Role.READS).stream()
            .filter(slice -> slice.tensor().equals("wl"))
            .findFirst()
            .orElseThrow();
    assertThat(read.index(0, 0)).isEqualTo(8);
  }

  @Test
  void freezeTheOutputsOfTheGraph() {
    ChannelGroup last = group(ChannelGroups.of(ModelBuilders.build("lenet-5", 1)), "dense3");

    assertThat(last.frozen()).contains("output 'logits' of the graph has them");
  }

  @Test
  void countTheStrideOfAFlattenedMap() {
    ChannelGroup conv = group(ChannelGroups.of(ModelBuilders.build("lenet-5", 1)), "conv2");

    ChannelSlice read = conv.slices(Role.READS).get(0);
    assertThat(read.tensor()).isEqualTo("dense1.weight");
    assertThat(read.perChannel()).isEqualTo(25);
    assertThat(read.index(2, 3)).isEqualTo(2 * 25 + 3);
  }

  @Test
  void tieADepthwiseConvolutionToItsInput() {
    List<ChannelGroup> groups = ChannelGroups.of(ModelBuilders.build("mobilenet-v2", 1));

    assertThat(tensors(group(groups, "row2.block1.expand.conv"), Role.MAKES))
        .containsExactly("row2.block1.expand.conv.weight", "row2.block1.depthwise.conv.weight");
  }

  @Test
  void partTheChannelsThatAShortcutPadsFromThoseItBrings() {
    List<ChannelGroup> groups = ChannelGroups.of(ModelBuilders.build("resnet-20", 1));

    ChannelGroup padded = group(groups, "stage2.block1.conv2[16]");
    assertThat(padded.channels()).isEqualTo(16);
    assertThat(padded.frozen()).isEmpty();
    assertThat(tensors(group(groups, "stem.conv"), Role.MAKES))
        .contains("stage2.block1.conv2.weight", "stage3.block1.conv2.weight");
  }

  @Test
  void holdTheWidthOfATransformerTogether() {
    List<ChannelGroup> groups = ChannelGroups.of(ModelBuilders.build("vit-tiny", 1));

    ChannelGroup width = group(groups, "patches");
    assertThat(width.frozen()).isEmpty();
    assertThat(width.channels()).isEqualTo(192);
    assertThat(tensors(width, Role.MAKES))
        .contains("patches.weight", "block1.attention.out.weight", "block12.mlp.out.weight");
    assertThat(tensors(width, Role.FOLLOWS)).contains("block1.norm1.scale", "norm.scale");
    assertThat(tensors(width, Role.SHIFTS)).contains("positions", "block1.norm1.bias");
    assertThat(group(groups, "block1.mlp.in.matmul").frozen()).isEmpty();
  }

  @Test
  void cutAttentionByHeadsOrByDimensions() {
    Model model = ModelBuilders.build("vit-tiny", 1);
    GroupOptions dimensions = new GroupOptions(GroupOptions.Heads.DIMENSIONS, Set.of(), Set.of());

    ChannelGroup heads = group(ChannelGroups.of(model), "block1.attention.query.matmul");
    List<ChannelGroup> parts = ChannelGroups.of(model, dimensions);

    assertThat(heads.channels()).isEqualTo(3);
    assertThat(heads.root().perChannel()).isEqualTo(64);
    assertThat(tensors(heads, Role.MAKES)).hasSize(3);
    assertThat(group(parts, "block1.attention.query.matmul").channels()).isEqualTo(64);
    assertThat(tensors(group(parts, "block1.attention.query.matmul"), Role.MAKES)).hasSize(2);
    assertThat(tensors(group(parts, "block1.attention.value.matmul"), Role.READS))
        .contains("block1.attention.out.weight");
  }

  @Test
  void freezeNoMoreThanAnUnknownOperatorTouches() {
    Model model = ModelBuilders.build("lenet-5", 1);
    List<Node> nodes =
        model.graph().nodes().stream()
            .map(
                node ->
                    node.name().equals("relu2")
                        ? new Node(
                            "odd", "Odd", "com.example", node.inputs(), node.outputs(), Map.of())
                        : node)
            .toList();
    Model odd =
        Model.of(
            new io.espalier.api.Graph(
                "odd",
                nodes,
                model.graph().inputs(),
                model.graph().outputs(),
                Map.of("", 17L, "com.example", 1L)),
            model.tensors().values());

    List<ChannelGroup> groups = ChannelGroups.of(odd);

    assertThat(group(groups, "conv1").frozen()).isEmpty();
    assertThat(group(groups, "conv2").frozen())
        .contains("node 'odd' is of an operator that the analysis does not know, com.example.Odd");
    assertThat(group(groups, "dense1").frozen()).isEmpty();
    assertThat(group(groups, "dense2").frozen()).isEmpty();
  }

  @Test
  void freezeWhatIsProtected() {
    Model model = ModelBuilders.build("lenet-5", 1);
    GroupOptions options =
        new GroupOptions(GroupOptions.Heads.WHOLE, Set.of("dense2"), Set.of("conv1"));

    List<ChannelGroup> groups = ChannelGroups.of(model, options);

    assertThat(group(groups, "conv1").frozen())
        .contains("the outputs of layer 'conv1' are protected");
    assertThat(group(groups, "dense1").frozen())
        .contains("the inputs of layer 'dense2' are protected");
    assertThat(group(groups, "conv2").frozen()).isEmpty();
  }

  @Test
  void freezeAConstantThatMeetsPadding() {
    Model model =
        Graphs.model(
            Graphs.value("x", -1, 2, 5, 5),
            Graphs.value("y", -1, 3, 5, 5),
            List.of(
                Graphs.node("conv", "Conv", List.of("x", "w"), "c"),
                Graphs.node("sigmoid", "Sigmoid", List.of("c"), "s"),
                Graphs.node(
                    "next", "Conv", List.of("s", "v"), "y", "pads", new long[] {1, 1, 1, 1})),
            Graphs.floats("w", 4, 2, 1, 1),
            Graphs.floats("v", 3, 4, 3, 3));

    assertThat(group(ChannelGroups.of(model), "conv").frozen())
        .contains("node 'next' (Conv) pads with zeros, so they would have to be zero");
  }
}
