package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.espalier.engine.ConformanceCase.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The engine computes what the conformance data of ONNX says, and the page {@code
 * docs/conformance.md} says of every case what came of it. With the system property {@code
 * espalier.write-docs} the page is written anew.
 *
 * <p>The data is that of Debian's package {@code libonnx-testdata}; the environment variable {@code
 * ONNX_TESTDATA} names another folder.
 */
class ConformanceTest {
  private static final Path PAGE = Path.of("..", "..", "docs", "conformance.md");
  private static final Path DEBIAN = Path.of("/usr/share/libonnx-testdata/data");
  private static final List<String> SUITES =
      List.of("node", "pytorch-converted", "pytorch-operator", "simple");
  private static final String HEAD =
      """
      # Conformance with ONNX

      Forward results of the engine, held against the test data of ONNX 1.12 (Debian's `libonnx-testdata`, which `./check`
      installs): each output within 1e-4 of its size and 1e-5 (windows 1e-3: their data takes 3.1415 for pi). A case is
      computed as a batch of samples along the first axis, as one sample, or beforehand from constants. What is
      unsupported says why; models of operator sets 1 and 6 are read as set 7 after their broadcasting is spelt out. This
      page is written by a test: `mvn -pl framework/engine -am test -Dtest=ConformanceTest -Despalier.write-docs
      -Dsurefire.failIfNoSpecifiedTests=false`.
      """;

  private static Path data() {
    String named = System.getenv("ONNX_TESTDATA");
    Path folder = named == null ? DEBIAN : Path.of(named);
    if (!Files.isDirectory(folder.resolve("node"))) {
      fail(
          "the conformance data of ONNX is not in "
              + folder
              + ": install Debian's package libonnx-testdata, as ./check does, or name its folder in ONNX_TESTDATA");
    }
    return folder;
  }

  private static Map<String, Outcome> outcomes(Path suite) throws IOException {
    Map<String, Outcome> outcomes = new TreeMap<>();
    try (Stream<Path> folders = Files.list(suite)) {
      for (Path folder : folders.filter(Files::isDirectory).toList()) {
        outcomes.put(
            folder.getFileName().toString().replaceFirst("^test_", ""),
            ConformanceCase.run(folder));
      }
    }
    return outcomes;
  }

  private static long count(Map<String, Outcome> outcomes, Outcome.Result result) {
    return outcomes.values().stream().filter(o -> o.result() == result).count();
  }

  private static String summary(Map<String, Map<String, Outcome>> all) {
    String rows =
        all.entrySet().stream()
            .map(
                suite ->
                    "| %s | %d | %d | %d |\n"
                        .formatted(
                            suite.getKey(),
                            count(suite.getValue(), Outcome.Result.PASSED),
                            count(suite.getValue(), Outcome.Result.UNSUPPORTED),
                            count(suite.getValue(), Outcome.Result.FAILED)))
            .collect(Collectors.joining());
    return "\n| suite | passed | unsupported | failed |\n|---|---|---|---|\n" + rows;
  }

  private static String rows(String suite, Map<String, Outcome> outcomes) {
    return outcomes.entrySet().stream()
        .map(
            row ->
                "| %s | %s | %s |\n"
                    .formatted(
                        row.getKey(),
                        row.getValue().result().word(),
                        row.getValue().reason().replace("|", "\\|")))
        .collect(
            Collectors.joining(
                "", "\n## " + suite + "\n\n| case | result | why |\n|---|---|---|\n", ""));
  }

  @Test
  void noCaseFailsAndThePageSaysWhatCameOfEach() throws IOException {
    Path data = data();
    Map<String, Map<String, Outcome>> all = new TreeMap<>();
    List<String> failures = new ArrayList<>();
    for (String suite : SUITES) {
      Map<String, Outcome> outcomes = outcomes(data.resolve(suite));
      all.put(suite, outcomes);
      outcomes.forEach(
          (name, outcome) -> {
            if (outcome.result() == Outcome.Result.FAILED) {
              failures.add(suite + "/" + name + ": " + outcome.reason());
            }
          });
    }
    StringBuilder page = new StringBuilder(HEAD).append(summary(all));
    all.forEach((suite, outcomes) -> page.append(rows(suite, outcomes)));
    if (System.getProperty("espalier.write-docs") != null) {
      Files.writeString(PAGE, page);
    }

    assertThat(failures).isEmpty();
    assertThat(PAGE).hasContent(page.toString());
  }
}
