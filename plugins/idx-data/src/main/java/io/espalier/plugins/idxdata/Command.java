package io.espalier.plugins.idxdata;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Progress;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program of this machine.
 *
 * @param program its file
 * @param longest it may run
 */
record Command(Path program, Duration longest) {
  private static final int TAIL = 400;

  /**
   * Finds a program on the search path.
   *
   * @throws UnavailableException if it is not there
   */
  static Command find(String name, Fetching fetching) throws UnavailableException {
    return fetching.commandPath().stream()
        .map(folder -> folder.resolve(name))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst()
        .map(file -> new Command(file, fetching.command()))
        .orElseThrow(() -> new UnavailableException(name + " is not on the search path"));
  }

  private String name() {
    return String.valueOf(program.getFileName());
  }

  /**
   * Runs the program to its end in a folder that is its own; progress is the bytes there.
   *
   * @throws UnavailableException if it fails, with the end of its output, or takes too long
   * @throws EspalierException ({@link FailureCode#CANCELLED}) if the thread is interrupted
   */
  void run(Path folder, Progress progress, String... arguments)
      throws IOException, UnavailableException {
    Path log = folder.resolve(name() + ".log");
    List<String> line = new ArrayList<>(List.of(program.toString()));
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile());
    builder.environment().put("LC_ALL", "C");
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      process.getOutputStream().close();
      await(process, folder, progress);
    } finally {
      end(process);
    }
    if (process.exitValue() != 0) {
      throw new UnavailableException(
          "%s ended with %d: %s".formatted(name(), process.exitValue(), tail(log)));
    }
  }

  /** Ends what still runs of the program and of what it started, before its folder is removed. */
  private static void end(Process process) {
    Stream.concat(process.descendants(), Stream.of(process.toHandle()))
        .filter(ProcessHandle::destroyForcibly)
        .map(ProcessHandle::onExit)
        .toList()
        .forEach(exit -> exit.completeOnTimeout(process.toHandle(), 5, TimeUnit.SECONDS).join());
  }

  private void await(Process process, Path folder, Progress progress)
      throws IOException, UnavailableException {
    long start = System.nanoTime();
    try {
      while (!process.waitFor(Waiting.TICK.toMillis(), TimeUnit.MILLISECONDS)) {
        progress.at(name(), size(folder), -1);
        if (System.nanoTime() - start > longest.toNanos()) {
          throw new UnavailableException(
              "%s had not ended after %s".formatted(name(), Waiting.text(longest)));
        }
      }
      progress.at(name(), size(folder), size(folder));
    } catch (InterruptedException e) {
      throw Waiting.interrupted(e);
    }
  }

  private static long size(Path folder) throws IOException {
    long size = 0;
    try (var files = Files.newDirectoryStream(folder, Files::isRegularFile)) {
      for (Path file : files) {
        size += file.toFile().length();
      }
    }
    return size;
  }

  private static String tail(Path log) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      file.seek(Math.max(0, file.length() - TAIL));
      byte[] end = new byte[(int) (file.length() - file.getFilePointer())];
      file.readFully(end);
      String text = new String(end, StandardCharsets.UTF_8).strip().replaceAll("\\s+", " ");
      return text.isEmpty() ? "it said nothing" : text;
    }
  }
}
