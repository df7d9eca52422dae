package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The dashboard's page as the build made it. */
class DashboardPageTest {
  private static String page() throws IOException {
    try (InputStream in =
        DashboardPageTest.class.getResourceAsStream("/io/espalier/dashboard/index.html")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void hasNoScriptOfItsOwnAndNoneFromElsewhere() throws IOException {
    String page = page();

    assertThat(Pattern.compile("<script[^>]*>\\s*</script>").matcher(page).results().count())
        .isPositive()
        .isEqualTo(Pattern.compile("<script").matcher(page).results().count());
    assertThat(page).doesNotContainPattern("<script(?![^>]*\\ssrc=)");
    assertThat(page).doesNotContainPattern("\\son[a-z]+=").doesNotContain("javascript:");
    assertThat(page).doesNotContainPattern("(src|href)=\"(https?:)?//");
  }
}
