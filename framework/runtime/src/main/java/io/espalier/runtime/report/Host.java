package io.espalier.runtime.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The machine that figures were measured on.
 *
 * @param os name and version of the operating system
 * @param architecture of the processor, as Java names it
 * @param cpu model of the processor; the architecture where the system does not tell
 * @param cpus processors that this process may use
 * @param java version and maker of the virtual machine
 */
public record Host(String os, String architecture, String cpu, int cpus, String java) {
  /** This machine. */
  public static Host current() {
    String architecture = System.getProperty("os.arch");
    return new Host(
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        architecture,
        cpuModel(Path.of("/proc/cpuinfo"), architecture),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.version") + " (" + System.getProperty("java.vm.vendor") + ")");
  }

  static String cpuModel(Path cpuinfo, String otherwise) {
    if (!Files.isReadable(cpuinfo)) {
      return otherwise;
    }
    try (Stream<String> lines = Files.lines(cpuinfo, StandardCharsets.ISO_8859_1)) {
      return lines
          .filter(line -> line.startsWith("model name") && line.contains(":"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(otherwise);
    } catch (IOException | UncheckedIOException e) {
      return otherwise;
    }
  }
}
