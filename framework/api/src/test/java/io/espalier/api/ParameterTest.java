package io.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParameterTest {
  private static final Parameter<Integer> FREQUENCY =
      Parameter.integer("frequency", "steps between updates").or(100).atLeast(1).in("steps");
  private static final Parameter<Double> SPARSITY =
      Parameter.number("sparsity", "share of zeros").atLeast(0).below(1);
  private static final Parameter<Boolean> SHUFFLE = Parameter.bool("shuffle", "a new order");
  private static final Parameter<String> METHOD =
      Parameter.choice("method", "how to start", "linear", "random");

  @Test
  void carriesItsDeclaration() {
    assertThat(FREQUENCY.name()).isEqualTo("frequency");
    assertThat(FREQUENCY.meaning()).isEqualTo("steps between updates");
    assertThat(FREQUENCY.kind()).isEqualTo(Parameter.Kind.INTEGER);
    assertThat(FREQUENCY.absent()).contains(100);
    assertThat(FREQUENCY.minimum()).isEqualTo(1);
    assertThat(FREQUENCY.unit()).isEqualTo("steps");
    assertThat(SPARSITY.absent()).isEmpty();
    assertThat(SPARSITY.exclusiveMaximum()).isTrue();
    assertThat(METHOD.choices()).containsExactly("linear", "random");
  }

  @Test
  void mayBeCountedInWhatAChoiceSays() {
    Parameter<String> units =
        Parameter.choice("unit", "what is counted", "steps", "epochs", "share");
    Parameter<Double> begin = Parameter.number("begin", "when").atLeast(0).in(units).or(0.0);

    assertThat(begin.unit()).isEqualTo("steps, epochs or share");
    assertThat(begin.unitChoice()).isEqualTo("unit");
    assertThat(FREQUENCY.unitChoice()).isEmpty();
  }

  @Test
  void saysWhatIsAllowed() {
    assertThat(FREQUENCY.allowed()).isEqualTo("whole number, at least 1");
    assertThat(SPARSITY.allowed()).isEqualTo("number, 0 to below 1");
    assertThat(Parameter.number("x", "x").allowed()).isEqualTo("number");
    assertThat(Parameter.number("x", "x").atMost(2.5).allowed()).isEqualTo("number, at most 2.5");
    assertThat(Parameter.number("x", "x").below(3).allowed()).isEqualTo("number, below 3");
    assertThat(Parameter.integer("x", "x").allowed()).isEqualTo("whole number");
    assertThat(Parameter.integer("x", "x").atLeast(2).atMost(65_536).allowed())
        .isEqualTo("whole number, 2 to 65536");
    assertThat(SHUFFLE.allowed()).isEqualTo("true or false");
    assertThat(Parameter.text("x", "x").allowed()).isEqualTo("text");
    assertThat(METHOD.allowed()).isEqualTo("one of linear, random");
  }

  @Test
  void takesAnyNumberWithoutAFractionForAWholeOne() {
    assertThat(FREQUENCY.check(7)).isEqualTo(7);
    assertThat(FREQUENCY.check(7L)).isEqualTo(7);
    assertThat(FREQUENCY.check(7.0)).isEqualTo(7);
    assertThat(FREQUENCY.check(new BigDecimal("7"))).isEqualTo(7);
  }

  @Test
  void takesAWholeNumberForANumber() {
    assertThat(SPARSITY.check(0)).isEqualTo(0.0);
    assertThat(SPARSITY.check(0.5f)).isEqualTo(0.5);
  }

  @Test
  void refusesANumberOutOfBounds() {
    assertThatThrownBy(() -> FREQUENCY.check(0))
        .isInstanceOf(ParameterException.class)
        .hasMessage("frequency: 0 is not allowed (allowed: whole number, at least 1)");
    assertThatThrownBy(() -> SPARSITY.check(1))
        .hasMessage("sparsity: 1 is not allowed (allowed: number, 0 to below 1)");
    assertThat(SPARSITY.check(Math.nextDown(1.0))).isLessThan(1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1.5, 2147483648.0, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesWhatIsNoWholeNumberOfItsRange(double value) {
    assertThatThrownBy(() -> FREQUENCY.check(value))
        .isInstanceOf(ParameterException.class)
        .hasMessageStartingWith("frequency: " + value + " is not allowed");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY})
  void refusesANumberThatIsNotFinite(double value) {
    assertThatThrownBy(() -> Parameter.number("rate", "speed").check(value))
        .isInstanceOf(ParameterException.class);
  }

  @Test
  void refusesAnotherKindOfValueAndQuotesText() {
    assertThatThrownBy(() -> FREQUENCY.check("7"))
        .hasMessage("frequency: \"7\" is not allowed (allowed: whole number, at least 1)");
    assertThatThrownBy(() -> SHUFFLE.check(1))
        .hasMessage("shuffle: 1 is not allowed (allowed: true or false)");
    assertThatThrownBy(() -> METHOD.check("density"))
        .hasMessage("method: \"density\" is not allowed (allowed: one of linear, random)");
    assertThatThrownBy(() -> Parameter.text("name", "name").check(true))
        .hasMessage("name: true is not allowed (allowed: text)");
  }

  @Test
  void readsTheTextOfACommandLine() {
    assertThat(FREQUENCY.parse("12")).isEqualTo(12);
    assertThat(SPARSITY.parse("0.25")).isEqualTo(0.25);
    assertThat(SHUFFLE.parse("true")).isTrue();
    assertThat(SHUFFLE.parse("false")).isFalse();
    assertThat(METHOD.parse("random")).isEqualTo("random");
    assertThat(Parameter.text("name", "name").parse("12")).isEqualTo("12");
  }

  @Test
  void refusesTextThatIsNoValue() {
    assertThatThrownBy(() -> FREQUENCY.parse("often"))
        .hasMessage("frequency: \"often\" is not allowed (allowed: whole number, at least 1)");
    assertThatThrownBy(() -> SHUFFLE.parse("yes"))
        .hasMessage("shuffle: \"yes\" is not allowed (allowed: true or false)");
  }

  @Test
  void carriesNameAndProblemInItsException() {
    var exception = new ParameterException("end", "is late");

    assertThat(exception.parameter()).isEqualTo("end");
    assertThat(exception.problem()).isEqualTo("is late");
    assertThat(exception).hasMessage("end: is late");
    assertThat(exception.code()).isEqualTo(FailureCode.USAGE);
  }
}
