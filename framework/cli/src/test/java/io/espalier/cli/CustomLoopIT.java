package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.core.Inspection;
import io.espalier.core.OnnxFormat;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of a training loop of one's own runs as it is, on the distribution's jars alone. */
class CustomLoopIT {
  @TempDir Path work;

  @Test
  void prunesInPlainJava() throws Exception {
    Path home = Path.of(System.getProperty("espalier.home"));
    Path example =
        Path.of(System.getProperty("espalier.root"), "examples", "custom-loop", "CustomLoop.java");
    Path out = work.resolve("out.onnx");
    String path = home.resolve("lib") + "/*" + File.pathSeparator + home.resolve("plugins");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                path + "/*",
                "--add-modules",
                "jdk.incubator.vector",
                example.toString(),
                out.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).contains("sparsity 0.8000");
    assertThat(Inspection.of(new OnnxFormat().read(out)).sparsity()).isCloseTo(0.8, within(1e-3));
  }
}
