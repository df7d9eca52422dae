package io.espalier.bench.compression;

import io.espalier.bench.WorkFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * k-means of Debian's python3-sklearn in a process of its own, on the same floats: Lloyd's
 * algorithm from one k-means++ start, to its own idea of convergence (its default tolerance). The
 * package is installed where it is missing.
 */
final class ScikitLearn implements AutoCloseable {
  private static final String PYTHON = "/usr/bin/python3";

  private final WorkFolder folder = new WorkFolder();
  private final Process process;
  private final PrintWriter requests;
  private final BufferedReader answers;

  /**
   * @param seconds that the fit took
   * @param objective sum of squared distances
   * @param iterations it made
   */
  record Fit(double seconds, double objective, int iterations) {}

  ScikitLearn(float[] values, int clusters) {
    try {
      install();
      Path data = folder.path().resolve("values.f32");
      ByteBuffer bytes =
          ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      Files.write(data, bytes.array());
      Path script = folder.path().resolve("kmeans_peer.py");
      try (InputStream source = ScikitLearn.class.getResourceAsStream("kmeans_peer.py")) {
        if (source == null) {
          throw new IllegalStateException("kmeans_peer.py is not in this build");
        }
        Files.copy(source, script);
      }
      process =
          new ProcessBuilder(PYTHON, script.toString(), data.toString(), Integer.toString(clusters))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      requests = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
      answers =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void install() throws IOException {
    if (run(List.of(PYTHON, "-c", "import sklearn")) == 0) {
      return;
    }
    System.err.println("Installing python3-sklearn, the peer of this row ...");
    String command =
        "sudo=$([ \"$(id -u)\" = 0 ] || echo sudo); $sudo apt-get update -qq;"
            + " DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq"
            + " --no-install-recommends python3-sklearn >&2";
    if (run(List.of("sh", "-c", command)) != 0) {
      throw new IllegalStateException("python3-sklearn cannot be installed; install it first");
    }
  }

  private static int run(List<String> command) throws IOException {
    try {
      return new ProcessBuilder(command)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  Fit fit(int seed) {
    requests.println(seed);
    try {
      String answer = answers.readLine();
      if (answer == null) {
        throw new IllegalStateException("scikit-learn ended early");
      }
      String[] words = answer.split(" ");
      return new Fit(
          Double.parseDouble(words[0]), Double.parseDouble(words[1]), Integer.parseInt(words[2]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    requests.close();
    process.destroy();
    folder.close();
  }
}
