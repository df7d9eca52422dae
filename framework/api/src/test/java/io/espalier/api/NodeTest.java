package io.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeTest {
  private static final Node NODE =
      new Node(
          "conv1",
          "Conv",
          "",
          List.of("x", "w", ""),
          List.of("y"),
          Map.of(
              "group", new Attribute.Int(2),
              "alpha", new Attribute.Real(0.5f),
              "auto_pad", new Attribute.Text("SAME_UPPER"),
              "strides", new Attribute.Ints(List.of(2L, 2L))));

  @Test
  void knowsWhichInputsAreThere() {
    assertThat(NODE.hasInput(1)).isTrue();
    assertThat(NODE.hasInput(2)).isFalse();
    assertThat(NODE.hasInput(3)).isFalse();
  }

  @Test
  void readsAttributesByKind() {
    assertThat(NODE.intAttribute("group", 1)).isEqualTo(2);
    assertThat(NODE.realAttribute("alpha", 1)).isEqualTo(0.5f);
    assertThat(NODE.textAttribute("auto_pad", "NOTSET")).isEqualTo("SAME_UPPER");
    assertThat(NODE.intsAttribute("strides", List.of(1L, 1L))).containsExactly(2L, 2L);
  }

  @Test
  void takesADefaultForAnAbsentAttribute() {
    assertThat(NODE.intAttribute("axis", 1)).isEqualTo(1);
    assertThat(NODE.realAttribute("beta", 1)).isEqualTo(1);
    assertThat(NODE.textAttribute("mode", "constant")).isEqualTo("constant");
    assertThat(NODE.intsAttribute("pads", List.of(0L))).containsExactly(0L);
  }

  @Test
  void refusesAnAttributeOfAnotherKind() {
    assertThatThrownBy(() -> NODE.intAttribute("strides", 1))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MODEL))
        .hasMessage("node 'conv1' (Conv): attribute 'strides' is not a whole number");
  }
}
