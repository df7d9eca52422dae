package io.espalier.bench.engine;

import io.espalier.bench.Comparison;
import io.espalier.bench.Quantity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Peak resident memory of a process that trains MobileNetV2 for a few steps: each side in processes
 * of its own, both in the same Java virtual machine with the same options, those with which
 * Espalier itself is started.
 */
public final class PeakMemory {
  private static final int ROUNDS = 3;
  private static final int STEPS = 3;
  private static final double KIB_PER_MIB = 1024;
  private static final String PEAK = "VmHWM:";

  private PeakMemory() {}

  static Comparison compare() {
    return Comparison.measure(
        "peak-memory",
        Quantity.COST,
        "MiB",
        ROUNDS,
        () -> inProcess("espalier"),
        () -> inProcess("libtorch"));
  }

  private static double inProcess(String side) {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseParallelGC",
            "-Xms64m",
            "--add-modules",
            "jdk.incubator.vector",
            "-cp",
            System.getProperty("java.class.path"),
            PeakMemory.class.getName(),
            side);
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String printed =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new IllegalStateException("the process of " + side + " failed");
      }
      return Double.parseDouble(printed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** What the processes run: trains on the side named and prints this process's peak in MiB. */
  public static void main(String[] arguments) throws IOException {
    Side side = arguments[0].equals("espalier") ? new EspalierSide() : new LibtorchSide();
    side.train(EngineGroup.mobileNet(), 0, STEPS);
    String peak =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith(PEAK))
            .findFirst()
            .orElseThrow();
    System.out.println(Double.parseDouble(peak.split("\\s+")[1]) / KIB_PER_MIB);
    System.exit(0);
  }
}
