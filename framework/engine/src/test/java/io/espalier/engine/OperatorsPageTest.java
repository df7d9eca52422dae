package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The page {@code docs/operators.md} says what the code does. With the system property {@code
 * espalier.write-docs} it is written anew.
 */
class OperatorsPageTest {
  private static final Path PAGE = Path.of("..", "..", "docs", "operators.md");
  private static final String HEAD =
      """
      # Operators that can be trained

      Opsets 7 to 23, float32, the batch along the first axis. A node with another operator, or with a form that is
      not listed, is refused before the training starts: the message names the node and what there is. What follows from
      constants and shapes alone, such as the target of a Reshape, is computed beforehand. A weight that a file has before
      a Transpose, a Reshape or a norm is read as its layer takes it, and trained. A file that fixes the number of samples
      is trained on batches of any size; open heights and widths are those of the data. This page is written from the
      code: `mvn -pl framework/engine -am test -Dtest=OperatorsPageTest -Despalier.write-docs
      -Dsurefire.failIfNoSpecifiedTests=false`.

      | operator | trained | forms |
      |---|---|---|
      """;

  private static String page() {
    return Operators.table().stream()
        .map(row -> "| %s | %s | %s |\n".formatted(row.operator(), row.trained(), row.notes()))
        .collect(Collectors.joining("", HEAD, ""));
  }

  @Test
  void thePageIsTheTable() throws IOException {
    if (System.getProperty("espalier.write-docs") != null) {
      Files.writeString(PAGE, page());
    }
    assertThat(PAGE).hasContent(page());
  }
}
