package io.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NestedParameterTest {
  private static final Parameter<Double> SPARSITY =
      Parameter.number("sparsity", "a share").atLeast(0).below(1).optional();
  private static final Parameter<List<String>> OP_TYPES =
      Parameter.list("opTypes", "operators", Parameter.text("type", "an operator")).or(List.of());
  private static final Parameter<List<Parameters>> ENTRIES =
      Parameter.list("configList", "entries", Parameter.object("entry", "one", SPARSITY, OP_TYPES));
  private static final Description PRUNER = Description.of("pruner", "Prunes.", ENTRIES);

  private static Parameters read(Object entries) {
    return Parameters.of(PRUNER, Map.of("configList", entries));
  }

  @Test
  void readsListsOfObjectsWithTheirTypes() {
    List<Parameters> entries =
        read(List.of(Map.of("sparsity", 0.5, "opTypes", List.of("Conv")), Map.of())).get(ENTRIES);

    assertThat(entries).hasSize(2);
    assertThat(entries.get(0).find(SPARSITY)).contains(0.5);
    assertThat(entries.get(0).get(OP_TYPES)).containsExactly("Conv");
    assertThat(entries.get(1).find(SPARSITY)).isEmpty();
    assertThat(entries.get(1).get(OP_TYPES)).isEmpty();
  }

  @Test
  void takesNamesWithUnderscores() {
    Parameters parameters =
        Parameters.of(
            PRUNER, Map.of("config_list", List.of(Map.of("op_types", List.of("Conv", "Gemm")))));

    assertThat(parameters.get(ENTRIES).get(0).get(OP_TYPES)).containsExactly("Conv", "Gemm");
  }

  @Test
  void refusesANameInBothSpellings() {
    assertThatThrownBy(
            () -> Parameters.of(PRUNER, Map.of("config_list", List.of(), "configList", List.of())))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("twice");
  }

  @Test
  void namesThePlaceOfAValueThatIsNotAllowed() {
    assertThatThrownBy(() -> read(List.of(Map.of(), Map.of("sparsity", 1.0))))
        .isInstanceOf(ParameterException.class)
        .hasMessage("configList[1].sparsity: 1.0 is not allowed (allowed: number, 0 to below 1)");
    assertThatThrownBy(() -> read(List.of(Map.of("opTypes", List.of("Conv", 3)))))
        .hasMessage("configList[0].opTypes[1]: 3 is not allowed (allowed: text)");
  }

  @Test
  void namesThePlaceOfAnUnknownName() {
    assertThatThrownBy(() -> read(List.of(Map.of("opType", "Conv"))))
        .hasMessage(
            "configList[0].opType: 'configList[0]' has no such parameter (allowed: sparsity, opTypes)");
  }

  @Test
  void refusesWhatIsNoListOrNoObject() {
    assertThatThrownBy(() -> read("all")).hasMessageStartingWith("configList: \"all\" is not");
    assertThatThrownBy(() -> read(List.of("all")))
        .hasMessage("configList[0]: \"all\" is not allowed (allowed: object of sparsity, opTypes)");
  }

  @Test
  void boundsTheLengthOfAList() {
    Parameter<List<Integer>> pair =
        Parameter.list("pair", "two", Parameter.integer("n", "a number")).atLeast(2).atMost(2);

    assertThat(pair.check(List.of(1, 2))).containsExactly(1, 2);
    assertThatThrownBy(() -> pair.check(List.of(1)))
        .hasMessage("pair: [1] is not allowed (allowed: list, 2 to 2, each: whole number)");
  }

  @Test
  void givesPlainValuesThatReadBack() {
    Parameters parameters = read(List.of(Map.of("sparsity", 0.5)));

    assertThat(parameters.values())
        .isEqualTo(Map.of("configList", List.of(Map.of("sparsity", 0.5, "opTypes", List.of()))));
    assertThat(Parameters.of(PRUNER, parameters.values())).isEqualTo(parameters);
  }

  @Test
  void anObjectLeftOutHasItsFieldsDefaults() {
    Parameter<Parameters> calibration =
        Parameter.object("calibration", "how", OP_TYPES).orDefaults();

    Parameters parameters = Parameters.of(Description.of("a", "A.", calibration), Map.of());

    assertThat(parameters.get(calibration).get(OP_TYPES)).isEmpty();
  }

  @Test
  void refusesToReadAnOptionalValueThatIsNotThere() {
    Parameters parameters = Parameters.of(Description.of("a", "A.", SPARSITY), Map.of());

    assertThatThrownBy(() -> parameters.get(SPARSITY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'sparsity' has no value");
  }
}
