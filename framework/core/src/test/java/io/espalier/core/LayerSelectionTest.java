package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Parameters;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerSelectionTest {
  private static final Model LENET = ModelBuilders.build("lenet-5", 1);
  private static final Model MOBILE = ModelBuilders.build("mobilenet-v2", 1);

  private static LayerSelection.Selected select(Model model, Map<String, ?> settings) {
    return new LayerSelection(Parameters.of("stage", LayerSelection.PARAMETERS, settings))
        .select(model);
  }

  private static List<String> names(Map<String, ?> settings) {
    return select(LENET, settings).layers().stream().map(c -> c.layer().name()).toList();
  }

  private static Map<String, ?> entries(Map<?, ?>... entries) {
    return Map.of("layers", List.of(entries));
  }

  private static final List<String> ALL =
      Layers.prunable(LENET).stream().map(layer -> layer.name()).toList();

  @Test
  void takesEveryPrunableLayerByDefault() {
    assertThat(names(Map.of())).isEqualTo(ALL);
  }

  @Test
  void takesOperatorsByTheirNamesHereAndElsewhere() {
    List<String> convolutions = ALL.stream().filter(name -> name.startsWith("conv")).toList();

    assertThat(convolutions).hasSize(2);
    assertThat(names(entries(Map.of("opTypes", List.of("Conv"))))).isEqualTo(convolutions);
    assertThat(names(entries(Map.of("op_types", List.of("Conv2d"))))).isEqualTo(convolutions);
    assertThat(names(entries(Map.of("op_types", List.of("default"))))).isEqualTo(ALL);
    assertThat(names(entries(Map.of("op_types", List.of("Linear")))))
        .hasSize(3)
        .doesNotContainAnyElementsOf(convolutions);
  }

  @Test
  void takesTheUsualListOfOperatorsWhereSomeAreNotThere() {
    Model dense = ModelBuilders.build("mlp", 1);

    assertThat(select(dense, entries(Map.of("op_types", List.of("Conv2d", "Linear")))).layers())
        .hasSize(3);
    assertRefused(
        dense,
        entries(Map.of("op_types", List.of("Conv9d", "Linear"))),
        "layers[0].opTypes[0]: \"Conv9d\" matches no layer");
  }

  @Test
  void takesLayersByNameGlobExpressionAndPart() {
    String first = ALL.get(0);

    assertThat(names(entries(Map.of("opNames", List.of(first))))).containsExactly(first);
    assertThat(names(entries(Map.of("opNames", List.of("conv*"))))).hasSize(2);
    assertThat(names(entries(Map.of("opNamesRe", List.of("conv\\d"))))).hasSize(2);
    assertThat(names(entries(Map.of("opPartialNames", List.of("onv"))))).hasSize(2);
  }

  @Test
  void bothOperatorAndNameMustMatch() {
    assertThat(names(entries(Map.of("opTypes", List.of("Conv"), "opPartialNames", List.of("2")))))
        .hasSize(1);
  }

  @Test
  void aLaterEntryOverridesAnEarlierOne() {
    String last = ALL.get(ALL.size() - 1);
    List<LayerSelection.Choice> layers =
        select(
                LENET,
                entries(
                    Map.of("opTypes", List.of("default"), "sparsity", 0.5),
                    Map.of("opNames", List.of("conv*"), "sparsityPerLayer", 0.3),
                    Map.of("opNames", List.of(last), "exclude", true)))
            .layers();

    assertThat(layers).extracting(c -> c.layer().name()).doesNotContain(last).hasSize(4);
    assertThat(layers.get(0).sparsity()).contains(0.3);
    assertThat(layers.get(2).sparsity()).contains(0.5);
  }

  @Test
  void exclusionsAloneLeaveTheOthers() {
    assertThat(names(entries(Map.of("opTypes", List.of("Conv"), "exclude", true)))).hasSize(3);
  }

  @Test
  void takesDenseFirstLastAndInnerLayers() {
    assertThat(names(Map.of("prune_dense", true))).isEqualTo(ALL.subList(2, 5));
    assertThat(names(Map.of("firstLayers", 1))).isEqualTo(ALL.subList(0, 1));
    assertThat(names(Map.of("lastLayers", 2))).isEqualTo(ALL.subList(3, 5));
    assertThat(names(Map.of("excludeFirst", 1, "excludeLast", 1))).isEqualTo(ALL.subList(1, 4));
  }

  @Test
  void depthwiseConvolutionsAreTakenOnRequestOnly() {
    int without = select(MOBILE, Map.of()).layers().size();

    assertThat(select(MOBILE, Map.of("depthwise", true)).layers()).hasSizeGreaterThan(without);
  }

  @Test
  void furtherWeightsAreTakenWithAWarningForBiases() {
    LayerSelection.Selected selected =
        select(LENET, Map.of("weights", List.of("*.bias"), "firstLayers", 1));

    assertThat(selected.layers()).hasSize(6);
    assertThat(selected.layers().get(1).layer().shape().rank()).isOne();
    assertThat(selected.notes()).hasSize(5).allMatch(note -> note.contains("harms accuracy"));
  }

  @Test
  void theXnnpackPolicyKeepsPointwiseConvolutionsAndSaysWhy() {
    LayerSelection.Selected selected = select(MOBILE, Map.of("policy", "xnnpack"));

    assertThat(selected.layers())
        .isNotEmpty()
        .allMatch(c -> c.layer().shape().dims().subList(2, 4).equals(List.of(1L, 1L)));
    assertThat(selected.notes())
        .filteredOn(note -> note.contains("stays dense"))
        .isNotEmpty()
        .allMatch(note -> note.contains("1x1 only"));
    assertThat(selected.notes()).anyMatch(note -> note.contains("two thirds"));
  }

  @Test
  void refusesEntriesAndNamesThatMatchNothing() {
    assertRefused(
        LENET,
        entries(Map.of("opNames", List.of("convv1"))),
        "layers[0] matches no layer",
        "conv1");
    assertRefused(
        LENET,
        entries(Map.of("opNames", List.of("conv1", "convv2"))),
        "layers[0].opNames[1]: \"convv2\" matches no layer");
    assertRefused(LENET, Map.of("weights", List.of("x")), "weights[0]: \"x\" matches no float");
    assertRefused(LENET, Map.of("policy", "xnnpack"), "no layer", "is selected", "1x1 only");
  }

  @Test
  void refusesAnEntryThatContradictsItself() {
    assertRefused(LENET, entries(Map.of("exclude", true, "sparsity", 0.5)), "layers[0]", "exclude");
    assertRefused(
        LENET, entries(Map.of("sparsityPerLayer", 0.4, "sparsity", 0.5)), "layers[0]", "2 targets");
    assertRefused(
        LENET, entries(Map.of("opNamesRe", List.of("("))), "layers[0].opNamesRe", "no regular");
  }

  private static void assertRefused(Model model, Map<String, ?> settings, String... words) {
    assertThatThrownBy(() -> select(model, settings))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.USAGE))
        .hasMessageContainingAll(words);
  }
}
