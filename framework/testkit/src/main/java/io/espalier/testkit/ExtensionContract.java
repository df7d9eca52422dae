package io.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.espalier.api.Description;
import io.espalier.api.Extension;
import io.espalier.api.Parameter;
import io.espalier.api.Parameters;
import java.lang.reflect.Modifier;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every extension keeps, whatever its kind. */
public abstract class ExtensionContract {
  /** A new instance in every call. */
  abstract Extension extension();

  /** Parameters that the tests run with; those left out take their defaults. */
  protected Map<String, ?> given() {
    return Map.of();
  }

  /** {@link #given} as the extension gets it. */
  protected final Parameters parameters() {
    return Parameters.of(extension().description(), given());
  }

  @Test
  void describesItselfTheSameEveryTime() {
    Extension extension = extension();
    Description first = extension.description();

    assertThat(shown(extension.description())).isEqualTo(shown(first));
    assertThat(shown(extension().description())).isEqualTo(shown(first));
  }

  @Test
  void saysWhatEachParameterMeans() {
    assertThat(extension().description().parameters())
        .allSatisfy(parameter -> assertThat(parameter.meaning()).isNotBlank());
  }

  @Test
  void allowsItsOwnDefaults() {
    assertThat(extension().description().parameters())
        .allSatisfy(
            parameter ->
                parameter
                    .absent()
                    .ifPresent(
                        value ->
                            assertThatCode(() -> parameter.check(value))
                                .as("default of %s", parameter.name())
                                .doesNotThrowAnyException()));
  }

  @Test
  void canBeCreatedByThePluginManager() {
    Class<? extends Extension> type = extension().getClass();

    assertThat(Modifier.isPublic(type.getModifiers())).as("%s is public", type).isTrue();
    assertThat(type.getConstructors())
        .as("public constructors of %s", type)
        .anyMatch(constructor -> constructor.getParameterCount() == 0);
    assertThat(type.isAnnotationPresent(org.pf4j.Extension.class))
        .as("%s is annotated with org.pf4j.Extension", type)
        .isTrue();
  }

  private static String shown(Description description) {
    StringBuilder text = new StringBuilder(description.id() + ": " + description.summary());
    for (Parameter<?> parameter : description.parameters()) {
      text.append('\n')
          .append(parameter.name())
          .append(": ")
          .append(parameter.meaning())
          .append(" (")
          .append(parameter.allowed())
          .append(' ')
          .append(parameter.unit())
          .append(", default ")
          .append(parameter.absent())
          .append(')');
    }
    return text.toString();
  }
}
