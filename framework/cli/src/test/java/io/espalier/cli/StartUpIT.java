package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a command loads before it answers. */
class StartUpIT {
  @TempDir private Path work;

  private String run(String javaOptions, String... arguments) throws Exception {
    Path output = work.resolve("output.txt");
    Process process = Distribution.built().start(output, javaOptions, (Object[]) arguments);
    assertThat(process.waitFor()).as(read(output)).isZero();
    return read(output);
  }

  private static String read(Path output) throws IOException {
    return Files.readString(output);
  }

  @Test
  void theVersionLoadsNothingNativeAndNoBus() throws Exception {
    String log = run("-Xlog:class+load:stdout", "--version");

    assertThat(log).containsPattern("espalier \\d+\\.\\d+\\.\\d+");
    assertThat(log)
        .doesNotContain("org.nd4j.", "org.bytedeco.", "ai.onnxruntime.", "io.vertx.", "org.pf4j.");
  }

  @Test
  void helpNamesEveryCommandAndExitCode() throws Exception {
    assertThat(run("", "--help"))
        .contains("demo", "run", "resume", "serve", "new", "inspect", "plugins", "completion")
        .contains("Exit codes:", "a plugin is missing or fails");
  }

  @Test
  void figuresAreWrittenAlikeInEveryCountry() throws Exception {
    String file = work.resolve("net.onnx").toString();

    assertThat(run("-Duser.language=de -Duser.country=DE", "new", "lenet-5", "-o", file))
        .contains("61,706 parameters");
  }

  @Test
  void completionIsAScriptForTheShell() throws Exception {
    assertThat(run("", "completion")).contains("complete", "espalier", "--data-dir");
  }
}
