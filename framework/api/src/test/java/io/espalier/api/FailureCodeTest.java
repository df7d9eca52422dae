package io.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FailureCodeTest {
  @Test
  void haveExitCodesOfTheirOwn() {
    assertThat(Arrays.stream(FailureCode.values()).map(FailureCode::exitCode))
        .doesNotHaveDuplicates()
        .allMatch(code -> code >= 2 && code < 126);
  }
}
