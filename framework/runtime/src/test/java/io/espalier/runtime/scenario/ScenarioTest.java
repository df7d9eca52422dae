package io.espalier.runtime.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.runtime.scenario.StageKind.Role;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioTest {
  private static final String SOUND =
      """
      name: small
      seed: 7
      dataset: {id: digits, parameters: {size: 28}}
      model: {file: nets/a.onnx}
      stages:
        - name: prune
          kind: prune
          pruner: magnitude
          scheduler: {id: polynomial, parameters: {end: 10, power: 2.5, staircase: true, unit: steps}}
          fineTuner: {id: jvm}
        - {name: out, kind: export}
      """;

  private static Scenario parse(String text) {
    return Scenario.parse(text, "s.yaml", Path.of("/base"));
  }

  @Test
  void readsEveryPart() {
    Scenario scenario = parse(SOUND);

    assertThat(scenario.name()).isEqualTo("small");
    assertThat(scenario.seed()).isEqualTo(7);
    assertThat(scenario.dataset()).isEqualTo(new Use("digits", Map.of("size", 28L)));
    assertThat(scenario.model()).isEqualTo(new ModelSource.ModelFile(Path.of("/base/nets/a.onnx")));
    StageSpec prune = scenario.stages().get(0);
    assertThat(prune.kind()).isEqualTo(StageKind.PRUNE);
    assertThat(prune.use(Role.PRUNER)).contains(Use.of("magnitude"));
    assertThat(prune.use(Role.SCHEDULER).orElseThrow().parameters())
        .isEqualTo(Map.of("end", 10L, "power", 2.5, "staircase", true, "unit", "steps"));
    assertThat(prune.use(Role.CLUSTERER)).isEmpty();
  }

  @Test
  void itsJsonReadsBackToAnEqualScenario() {
    Scenario scenario = parse(SOUND);

    assertThat(Scenario.parse(scenario.toJson(), "s.json", Path.of("/elsewhere")))
        .isEqualTo(scenario);
  }

  @Test
  void listenersAreNamedAndReadBack() {
    Scenario scenario = parse(SOUND + "\nlisteners: ['bus:mine', {id: 'bus:other'}]\n");

    assertThat(scenario.listeners()).containsExactly(Use.of("bus:mine"), Use.of("bus:other"));
    assertThat(Scenario.parse(scenario.toJson(), "s.json", Path.of("/elsewhere")))
        .isEqualTo(scenario);
  }

  @ParameterizedTest(name = "{0} -> {1}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "name: small|sped: 1\\nname: small|sped: unknown key (allowed: dataset, espalier, listeners, model",
        "kind: export|kind: exprot|stages[1].kind: \"exprot\" is not allowed (allowed: one of train",
        "kind: export|kind: export, to: x|stages[1].to: unknown key (allowed: exporter, kind, name)",
        "name: out|name: prune|stages[1].name: \"prune\" is not allowed (allowed: a name that no",
        "name: out|name: ../out|stages[1].name: \"../out\" is not allowed (allowed: 1 to 64",
        "pruner: magnitude|pruner: 3|stages[0].pruner: 3 is not allowed (allowed: an extension's id",
        "end: 10|end: null|stages[0].scheduler.parameters.end: null is not allowed (allowed: a",
        "seed: 7|seed: 7.5|seed: 7.5 is not allowed (allowed: a whole number of 64 bits)",
        "seed: 7|espalier: 2|espalier: 2 is not allowed (allowed: the format's version, 1)",
        "file: nets|url: nets|model.url: unknown key (allowed: builder, file, scenario)",
        "name: small|nothing: 1|nothing: unknown key",
      })
  void complaintsNameThePathTheValueAndWhatIsAllowed(String from, String to, String complaint) {
    assertThat(SOUND).contains(from);

    assertThatThrownBy(() -> parse(SOUND.replace(from, to.replace("\\n", "\n"))))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.USAGE))
        .hasMessageStartingWith("s.yaml: " + complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|s.yaml: a scenario is an object",
        "[1, 2]|s.yaml: a scenario is an object",
        "{\"name\": \"a\", \"name\": \"b\"}|s.yaml: broken at line 1",
        "{\"name\": |s.yaml: broken at line 1",
        "{\"name\": \"a\"}|s.yaml: ",
        "name: [|s.yaml: broken at line 1",
      })
  void textThatIsNoScenarioIsRefused(String text, String complaint) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith(complaint);
  }

  @Test
  void brokenYamlIsComplainedAboutInOneLine() {
    assertThatThrownBy(() -> parse("a: 1\nb\nc: 2"))
        .message()
        .startsWith("s.yaml: broken at line ")
        .contains("could not find expected ':'")
        .doesNotContain("\n");
  }

  @Test
  void aFileThatIsNotThereIsAnIoFailure() {
    assertThatThrownBy(() -> Scenario.read(Path.of("/nowhere/s.yaml")))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.IO))
        .hasMessageContaining("/nowhere/s.yaml");
  }
}
