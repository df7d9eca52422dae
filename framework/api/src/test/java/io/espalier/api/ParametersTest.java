package io.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ParametersTest {
  private static final Parameter<Integer> EPOCHS = Parameter.integer("epochs", "passes").atLeast(1);
  private static final Parameter<Double> RATE = Parameter.number("rate", "step size").or(0.001);
  private static final Description TRAINER =
      Description.of("trainer", "Trains a model.", EPOCHS, RATE);

  @Test
  void fillsDefaultsIn() {
    Parameters parameters = Parameters.of(TRAINER, Map.of("epochs", 3));

    assertThat(parameters.get(EPOCHS)).isEqualTo(3);
    assertThat(parameters.get(RATE)).isEqualTo(0.001);
  }

  @Test
  void givesValuesTheirType() {
    Parameters parameters = Parameters.of(TRAINER, Map.of("epochs", 3.0, "rate", 1));

    assertThat(parameters.values()).isEqualTo(Map.of("epochs", 3, "rate", 1.0));
  }

  @Test
  void keepsTheOrderOfTheDescription() {
    Parameters parameters = Parameters.of(TRAINER, Map.of("rate", 0.5, "epochs", 3));

    assertThat(parameters.values().keySet()).containsExactly("epochs", "rate");
    assertThat(parameters).hasToString("{epochs=3, rate=0.5}");
  }

  @Test
  void refusesAnUnknownNameAndListsTheKnown() {
    assertThatThrownBy(() -> Parameters.of(TRAINER, Map.of("epoch", 3)))
        .isInstanceOf(ParameterException.class)
        .hasMessage("epoch: 'trainer' has no such parameter (allowed: epochs, rate)");
  }

  @Test
  void refusesAnyNameWhereThereAreNoParameters() {
    assertThatThrownBy(() -> Parameters.of(Description.of("plain", "Plain."), Map.of("a", 1)))
        .hasMessage("a: 'plain' has no such parameter (allowed: none)");
  }

  @Test
  void refusesAMissingValueThatHasNoDefault() {
    assertThatThrownBy(() -> Parameters.of(TRAINER, Map.of()))
        .isInstanceOf(ParameterException.class)
        .hasMessage("epochs: is missing (allowed: whole number, at least 1)");
  }

  @Test
  void refusesAValueThatIsNotAllowed() {
    assertThatThrownBy(() -> Parameters.of(TRAINER, Map.of("epochs", 0)))
        .hasMessage("epochs: 0 is not allowed (allowed: whole number, at least 1)");
  }

  @Test
  void refusesToReadAParameterThatIsNotDescribed() {
    Parameters parameters = Parameters.of(TRAINER, Map.of("epochs", 3));

    assertThatThrownBy(() -> parameters.get(Parameter.bool("shuffle", "a new order")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("parameter 'shuffle' is not in the extension's description");
  }

  @Test
  void cannotBeChanged() {
    Parameters parameters = Parameters.of(TRAINER, Map.of("epochs", 3));

    assertThatThrownBy(() -> parameters.values().remove("epochs"))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
