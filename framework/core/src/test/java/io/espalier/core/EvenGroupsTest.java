package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.ChannelGroup;
import io.espalier.api.ChannelSlice.Role;
import io.espalier.api.Codebook;
import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Grouped convolutions, each of whose groups chooses the channels that it loses. */
class EvenGroupsTest {
  private final List<Node> nodes = new ArrayList<>();
  private final List<Tensor> tensors = new ArrayList<>();

  private String conv(String name, String from, int filters, int channels, int groups) {
    return conv(name, from, "w." + name, filters, channels, groups);
  }

  private String conv(
      String name, String from, String weight, int filters, int channels, int groups) {
    nodes.add(Graphs.node(name, "Conv", List.of(from, weight), name + ".out", "group", groups));
    if (tensors.stream().noneMatch(tensor -> tensor.name().equals(weight))) {
      tensors.add(Graphs.floats(weight, filters, channels / groups, 1, 1));
    }
    return name + ".out";
  }

  private String node(String type, String... inputs) {
    String name = type + nodes.size();
    nodes.add(Graphs.node(name, type, List.of(inputs), name + ".out"));
    return name + ".out";
  }

  private Model build(String value, int channels) {
    conv("last", value, 3, channels, 1);
    List<Node> all = new ArrayList<>(nodes);
    all.add(Graphs.node("end", "Identity", List.of("last.out"), "y"));
    return Graphs.model(
        Graphs.value("x", -1, 4, 5, 5),
        Graphs.value("y", -1, 3, 5, 5),
        all,
        tensors.toArray(Tensor[]::new));
  }

  /** A convolution of 8 channels, one of 4 groups that makes 12 of them, another behind it. */
  private Model bottleneck() {
    String value = node("Sigmoid", conv("first", "x", 8, 4, 1));
    return build(node("Sigmoid", conv("middle", value, 12, 8, 4)), 12);
  }

  private static ChannelGroup group(Model model, String name) {
    return ChannelGroups.of(model).stream()
        .filter(group -> group.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Edit.RemoveChannels edit(String tensor, Integer... indices) {
    return new Edit.RemoveChannels(tensor, 0, List.of(indices));
  }

  @Test
  void areBlocksOfChannels() {
    Model model = bottleneck();

    assertThat(group(model, "first").blocks()).containsExactly(0, 0, 1, 1, 2, 2, 3, 3);
    assertThat(group(model, "middle").blocks()).containsExactly(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3);
    assertThat(group(model, "last").blocks()).isEmpty();
    assertThat(group(model, "middle").slices(Role.READS)).hasSize(1);
  }

  @Test
  void loseChannelsOfTheirOwn() {
    Model model = bottleneck();
    List<Edit.RemoveChannels> edits =
        List.of(edit("w.first", 0, 3, 4, 7), edit("w.middle", 0, 2, 3, 4, 7, 8, 10, 11));

    Model cut = ChannelCut.apply(model, edits);

    assertThat(cut.tensor("w.middle").shape()).isEqualTo(Shape.of(4, 1, 1, 1));
    Onnx.assertSame(ChannelCut.masked(model, edits), cut, 1e-6);
  }

  @Test
  void loseTheirMasksAndCodebooksWithThem() {
    Model model = bottleneck();
    Shape shape = Shape.of(12, 2, 1, 1);
    Mask.Builder mask = new Mask.Builder("w.middle", shape);
    char[] indices = new char[24];
    float[] values = new float[24];
    for (int i = 0; i < 24; i++) {
      indices[i] = (char) i;
      values[i] = i % 5 == 0 ? 0 : i;
      if (i % 5 != 0) {
        mask.keep(i);
      }
    }
    Codebook codebook = new Codebook("w.middle", shape, values, indices, OptionalInt.empty());
    Model constrained =
        model
            .withTensors(List.of(Tensor.ofFloats("w.middle", shape, values)))
            .withConstraint(mask.build())
            .withConstraint(codebook);

    Model cut = ChannelCut.apply(constrained, List.of(edit("w.first", 0, 3, 4, 7)));

    float[] left = cut.tensor("w.middle").toFloatArray();
    assertThat(left).containsExactly(1, 3, 0, 6, 8, 0, 13, 0, 17, 18, 0, 22);
    Codebook codes = Optional.ofNullable(cut.codebooks().get("w.middle")).orElseThrow();
    Mask kept = Optional.ofNullable(cut.masks().get("w.middle")).orElseThrow();
    assertThat(codes.decode().toFloatArray()).containsExactly(left);
    for (int i = 0; i < left.length; i++) {
      assertThat(kept.keeps(i)).isEqualTo(left[i] != 0);
    }
  }

  @Test
  void areRefusedUnequalNumbers() {
    assertThatThrownBy(() -> ChannelCut.apply(bottleneck(), List.of(edit("w.first", 0, 2, 4))))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "cut: the 4 groups of node 'middle' have to lose the same number of channels each, not [1, 1, 1, 0]");
  }

  @Test
  void areRefusedPositionsThatAreNotOneChannel() {
    assertThatThrownBy(
            () ->
                ChannelCut.apply(
                    bottleneck(), List.of(new Edit.RemoveChannels("w.middle", 1, List.of(0)))))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("each group of node 'middle' has channels of its own there");
  }

  /** Of 2 and of 4 groups: blocks are the finer ones, which fill the coarser evenly. */
  @Test
  void ofSeveralConvolutionsAreBlocksForAll() {
    String value = conv("first", "x", 8, 4, 1);
    String twos = conv("twos", value, 8, 8, 2);
    String fours = conv("fours", value, 8, 8, 4);
    Model model = build(node("Add", twos, fours), 8);

    assertThat(group(model, "first").blocks()).containsExactly(0, 0, 1, 1, 2, 2, 3, 3);
    assertThat(group(model, "twos").blocks()).containsExactly(0, 0, 1, 1, 2, 2, 3, 3);
    List<Edit.RemoveChannels> edits =
        List.of(edit("w.first", 1, 2, 5, 6), edit("w.twos", 0, 3, 4, 7));
    Onnx.assertSame(ChannelCut.masked(model, edits), ChannelCut.apply(model, edits), 1e-6);
  }

  /** Both read the same weight, so the same positions have to go. */
  @Test
  void ofASharedWeightLoseTheSamePositions() {
    String first = conv("first", "x", 8, 4, 1);
    String second = conv("second", "x", 8, 4, 1);
    String one = conv("one", first, "shared", 8, 8, 2);
    String two = conv("two", second, "shared", 8, 8, 2);
    Model model = build(node("Add", one, two), 8);

    assertThat(group(model, "first").channels()).isEqualTo(4);
    assertThat(group(model, "first").blocks()).isEmpty();
  }

  /** Groups of one convolution are half as wide as the other's and lie across them. */
  @Test
  void thatDoNotFitEachOtherLoseTheSamePositions() {
    String value = conv("first", "x", 12, 4, 1);
    String twos = conv("twos", value, 4, 12, 2);
    String threes = conv("threes", value, 4, 12, 2);
    String joined = "joined";
    nodes.add(Graphs.node("join", "Concat", List.of(twos, value), joined, "axis", 1));
    String across = conv("across", joined, 8, 16, 2);
    Model model = build(node("Add", across, conv("fit", threes, 8, 4, 1)), 8);
    List<ChannelGroup> groups = ChannelGroups.of(model);
    List<Edit.RemoveChannels> edits = Cuts.half(groups);

    Onnx.assertSame(ChannelCut.masked(model, edits), ChannelCut.apply(model, edits), 1e-6);
  }
}
