package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.core.ContentHash;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process killed in mid-run loses nothing but time. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class KilledRunIT {
  @TempDir private Path work;

  @Test
  void aKilledRunResumesAndEndsWithTheSameBytes() throws Exception {
    Path scenario = Distribution.built().quickstart("digits.yaml");
    Path whole = work.resolve("whole");
    assertThat(Invocation.of("run", scenario, "--out", whole).code()).isZero();

    Path killed = work.resolve("killed");
    Process process =
        Distribution.built()
            .start(work.resolve("output.txt"), "", "run", scenario, "--out", killed);
    Path folder = awaitExport(killed, "baseline", process);
    TimeUnit.MILLISECONDS.sleep(400);
    process.destroyForcibly().waitFor();
    assertThat(folder.resolve("models/clustered.onnx")).doesNotExist();

    Invocation resumed = Invocation.of("resume", folder);

    assertThat(resumed.code()).as(resumed.err() + resumed.out()).isZero();
    for (String model : new String[] {"baseline.onnx", "pruned.onnx", "clustered.onnx"}) {
      assertThat(ContentHash.sha256(folder.resolve("models").resolve(model)))
          .as(model)
          .isEqualTo(ContentHash.sha256(onlyRun(whole).orElseThrow().resolve("models/" + model)));
    }
  }

  @Test
  void anInterruptedRunSaysHowToGoOnAndNothingElse() throws Exception {
    Path scenario = Distribution.built().quickstart("digits.yaml");
    Path out = work.resolve("interrupted");
    Path told = work.resolve("output.txt");
    Process process = Distribution.built().start(told, "", "run", scenario, "--out", out);
    Path folder = awaitExport(out, "baseline", process);

    process.destroy();
    process.waitFor();

    assertThat(told)
        .content()
        .endsWith("interrupted; go on with: espalier resume " + folder + "\n")
        .doesNotContain("espalier: ", "\tat ");
  }

  private static Optional<Path> onlyRun(Path out) throws Exception {
    if (!Files.isDirectory(out)) {
      return Optional.empty();
    }
    try (Stream<Path> runs = Files.list(out)) {
      return runs.filter(Files::isDirectory).findFirst();
    }
  }

  /** The run's folder, once it has exported a model: it is then in the middle of pruning. */
  private Path awaitExport(Path out, String name, Process process) throws Exception {
    while (process.isAlive()) {
      Optional<Path> run = onlyRun(out);
      if (run.isPresent() && Files.exists(run.get().resolve("models/" + name + ".onnx"))) {
        return run.get();
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new AssertionError(Files.readString(work.resolve("output.txt")));
  }
}
