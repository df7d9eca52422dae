package io.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DescriptionTest {
  @ParameterizedTest
  @ValueSource(strings = {"magnitude", "k-means", "l2", "2-4"})
  void takesWordsWithHyphensAsId(String id) {
    assertThat(Description.of(id, "A summary.").id()).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "K-means", "k_means", "-k", "k-", "k--means", "k means"})
  void refusesAnotherFormOfId(String id) {
    assertThatThrownBy(() -> Description.of(id, "A summary."))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.PLUGIN))
        .hasMessage("extension id '" + id + "' is not lower-case words with hyphens");
  }

  @Test
  void refusesAnEmptySummary() {
    assertThatThrownBy(() -> Description.of("plain", " "))
        .hasMessage("extension 'plain' has no summary");
  }

  @Test
  void refusesTwoParametersOfOneName() {
    assertThatThrownBy(
            () ->
                Description.of(
                    "twice",
                    "Asks twice.",
                    Parameter.integer("end", "last step"),
                    Parameter.bool("end", "whether to end")))
        .hasMessage("extension 'twice' has two parameters of one name");
  }
}
