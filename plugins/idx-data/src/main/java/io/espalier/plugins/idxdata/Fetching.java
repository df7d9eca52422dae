package io.espalier.plugins.idxdata;

import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How files are fetched.
 *
 * @param commandPath folders that commands are looked for in
 * @param connect longest wait for a connection
 * @param stall longest wait for the next bytes
 * @param pauses before each further attempt; their number bounds the attempts
 * @param command longest run of an outside command, and longest wait for another process that
 *     fetches into the same folder
 */
record Fetching(
    List<Path> commandPath,
    Duration connect,
    Duration stall,
    List<Duration> pauses,
    Duration command) {
  Fetching {
    commandPath = List.copyOf(commandPath);
    pauses = List.copyOf(pauses);
  }

  /** The settings for users: this process's own search path and patient limits. */
  static Fetching standard() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return new Fetching(
        Arrays.stream(path.split(File.pathSeparator))
            .filter(folder -> !folder.isEmpty())
            .flatMap(Fetching::folder)
            .toList(),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        List.of(Duration.ofMillis(500), Duration.ofSeconds(2), Duration.ofSeconds(5)),
        Duration.ofMinutes(10));
  }

  private static Stream<Path> folder(String text) {
    try {
      return Stream.of(Path.of(text));
    } catch (InvalidPathException e) {
      return Stream.empty();
    }
  }
}
