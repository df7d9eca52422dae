package io.espalier.bench.stream;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The process of {@link StreamClients}, as the benchmark orders it about. */
final class ClientProcess implements AutoCloseable {
  private final Process process;
  private final PrintWriter orders;
  private final BufferedReader answers;

  ClientProcess(int port) {
    try {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  StreamClients.class.getName(),
                  Integer.toString(port))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    orders = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Lets clients follow a run and waits until all are connected. */
  void follow(String run, int from, int steady, int slow, int reconnecting, int silent) {
    order("follow %s %d %d %d %d %d".formatted(run, from, steady, slow, reconnecting, silent));
  }

  /** Lets all clients go. */
  void leave() {
    order("leave");
  }

  /**
   * What clients saw of a run.
   *
   * @param seen events, each counted once for each client
   * @param doubled events that came again
   */
  record Seen(long seen, long doubled) {}

  /** Waits until every client has seen the run's end. */
  Seen await() {
    String[] words = order("await").split(" ");
    return new Seen(Long.parseLong(words[1]), Long.parseLong(words[3]));
  }

  private String order(String order) {
    orders.println(order);
    try {
      String answer = answers.readLine();
      if (answer == null) {
        throw new IllegalStateException("the clients' process ended at '" + order + "'");
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    orders.close();
    process.destroy();
  }
}
