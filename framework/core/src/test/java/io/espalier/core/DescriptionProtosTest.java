package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.espalier.api.Description;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Parameter;
import io.espalier.proto.ExtensionDescription;
import java.util.List;
import org.junit.jupiter.api.Test;

class DescriptionProtosTest {
  private static final Parameter<String> MODE =
      Parameter.choice("mode", "Which", "fast", "exact").or("exact");

  private static final Description DESCRIPTION =
      Description.of(
          "poly",
          "A schedule",
          Parameter.number("final_sparsity", "Where it ends").atLeast(0).below(1).or(0.5),
          Parameter.number("rate", "How fast").or(1e-4),
          Parameter.integer("frequency", "Steps between updates").atLeast(1).in("steps"),
          Parameter.bool("fine_tune", "Whether to train").or(true),
          Parameter.text("note", "Any \"text\"").or("a\\b\n\u0001\"ü"),
          MODE,
          Parameter.number("share", "How much").in(MODE).or(1.0));

  private final ExtensionDescription proto = DescriptionProtos.toProto("scheduler", DESCRIPTION);

  @Test
  void tellsKindIdAndSummary() {
    assertThat(proto.getKind()).isEqualTo("scheduler");
    assertThat(proto.getId()).isEqualTo("poly");
    assertThat(proto.getSummary()).isEqualTo("A schedule");
  }

  @Test
  void tellsBoundsAndUnit() {
    assertThat(proto.getParameters(0).getMinimum()).isZero();
    assertThat(proto.getParameters(0).getMaximum()).isOne();
    assertThat(proto.getParameters(0).getExclusiveMaximum()).isTrue();
    assertThat(proto.getParameters(2).getUnit()).isEqualTo("steps");
    assertThat(proto.getParameters(2).getUnitChoice()).isEmpty();
    assertThat(proto.getParameters(6).getUnit()).isEqualTo("fast or exact");
    assertThat(proto.getParameters(6).getUnitChoice()).isEqualTo("mode");
    assertThat(proto.getParameters(2).hasMaximum()).isFalse();
    assertThat(proto.getParameters(1).hasMinimum()).isFalse();
  }

  @Test
  void tellsDefaultsAsJson() {
    assertThat(proto.getParametersList())
        .extracting(p -> p.getDefaultValue())
        .containsExactly(
            "0.5", "1.0E-4", "", "true", "\"a\\\\b\\u000a\\u0001\\\"ü\"", "\"exact\"", "1.0");
  }

  @Test
  void readsWhatItWrote() {
    Description read = DescriptionProtos.fromProto(proto);

    assertThat(DescriptionProtos.toProto("scheduler", read)).isEqualTo(proto);
    assertThat(read.parameters().get(4).absent().map(Object::toString)).contains("a\\b\n\u0001\"ü");
    assertThat(read.parameters())
        .extracting(Parameter::allowed)
        .isEqualTo(DESCRIPTION.parameters().stream().map(Parameter::allowed).toList());
  }

  @Test
  void tellsAndReadsListsAndObjects() {
    Description nested =
        Description.of(
            "nested",
            "Has lists.",
            Parameter.list(
                    "layers",
                    "entries",
                    Parameter.object(
                        "entry",
                        "one",
                        Parameter.number("sparsity", "a share").atLeast(0).optional(),
                        Parameter.list("names", "names", Parameter.text("name", "a name"))
                            .or(List.of("a", "b,\"c"))))
                .or(List.of()),
            Parameter.object("how", "an object", Parameter.integer("samples", "n").or(8))
                .orDefaults(),
            Parameter.list("size", "two", Parameter.integer("n", "n")).atLeast(2).atMost(2));

    ExtensionDescription told = DescriptionProtos.toProto("pruner", nested);

    assertThat(told.getParametersList())
        .extracting(p -> p.getType(), p -> p.getDefaultValue())
        .containsExactly(
            tuple("list", "[]"), tuple("object", "{\"samples\":8}"), tuple("list", ""));
    assertThat(told.getParameters(0).getElement().getFields(0).getOptional()).isTrue();
    assertThat(told.getParameters(2).getMinimum()).isEqualTo(2);
    assertThat(DescriptionProtos.toProto("pruner", DescriptionProtos.fromProto(told)))
        .isEqualTo(told);
  }

  @Test
  void refusesAnUnknownType() {
    var broken = proto.toBuilder();
    broken.getParametersBuilder(0).setType("colour");

    assertRefused(broken.build(), "'poly'", "'final_sparsity'", "'colour'");
  }

  @Test
  void refusesADefaultOutOfBounds() {
    var broken = proto.toBuilder();
    broken.getParametersBuilder(0).setDefaultValue("1.0");

    assertRefused(broken.build(), "'final_sparsity'", "1.0");
  }

  @Test
  void refusesADefaultThatIsNoJson() {
    var broken = proto.toBuilder();
    broken.getParametersBuilder(4).setDefaultValue("\"half");

    assertRefused(broken.build(), "'note'", "\"half");
  }

  private static void assertRefused(ExtensionDescription broken, String... words) {
    assertThatThrownBy(() -> DescriptionProtos.fromProto(broken))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.PLUGIN))
        .hasMessageContainingAll(words);
  }
}
