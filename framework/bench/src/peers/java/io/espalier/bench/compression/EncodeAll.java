package io.espalier.bench.compression;

import io.espalier.api.Edit;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.api.Tensor;
import io.espalier.bench.Comparison;
import io.espalier.bench.Quantity;
import io.espalier.bench.WorkFolder;
import io.espalier.core.Encoding;
import io.espalier.core.ExactSelector;
import io.espalier.core.Layers;
import io.espalier.core.Plans;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A model of a hundred million weights is pruned to 80 % at once, encoded and written as a
 * container, against {@code cp} of as many bytes and one pass over them in memory. Espalier works
 * in a process of its own whose heap is just under twice the largest tensor.
 */
public final class EncodeAll {
  private static final int LAYERS = 4;
  private static final int EXTENT = 5000;
  private static final double SPARSITY = 0.8;
  private static final int ROUNDS = 5;
  private static final long TENSOR_BYTES = 4L * EXTENT * EXTENT;

  private EncodeAll() {}

  static Comparison compare() {
    try (WorkFolder work = new WorkFolder()) {
      Path folder = work.path();
      Path plain = folder.resolve("plain");
      ByteBuffer bytes = ByteBuffer.allocateDirect((int) TENSOR_BYTES);
      FloatBuffer floats = bytes.asFloatBuffer();
      var values = Weights.drawn(0, 0, 1);
      for (int i = 0; i < floats.limit(); i++) {
        floats.put(i, (float) values.getAsDouble());
      }
      try (FileChannel channel =
          FileChannel.open(plain, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        for (int i = 0; i < LAYERS; i++) {
          ByteBuffer left = bytes.duplicate();
          while (left.hasRemaining()) {
            channel.write(left);
          }
        }
      }
      try (Worker worker = new Worker(folder.resolve("model.espalier"))) {
        return Comparison.measure(
            "encode-100m",
            Quantity.COST,
            "s",
            ROUNDS,
            worker::seconds,
            () -> copied(plain, folder.resolve("copy")) + LAYERS * passed(floats));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double copied(Path from, Path to) {
    try {
      Files.deleteIfExists(to);
      long began = System.nanoTime();
      int code = new ProcessBuilder("cp", from.toString(), to.toString()).start().waitFor();
      double seconds = (System.nanoTime() - began) / 1e9;
      if (code != 0) {
        throw new IllegalStateException("cp failed: " + code);
      }
      return seconds;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static double passed(FloatBuffer floats) {
    long began = System.nanoTime();
    float sum = 0;
    for (int i = 0; i < floats.limit(); i++) {
      sum += floats.get(i);
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    if (Float.isNaN(sum)) {
      throw new IllegalStateException("the weights are no numbers");
    }
    return seconds;
  }

  /** The other process. */
  private static final class Worker implements AutoCloseable {
    private final Process process;
    private final PrintWriter requests;
    private final BufferedReader answers;

    Worker(Path output) throws IOException {
      long heap = 2 * TENSOR_BYTES / (1 << 20) - 1;
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx" + heap + "m",
                  "-XX:MaxDirectMemorySize=2g",
                  "-cp",
                  System.getProperty("java.class.path"),
                  EncodeAll.class.getName(),
                  output.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      requests = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
      answers =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    double seconds() {
      requests.println("again");
      try {
        String answer = answers.readLine();
        if (answer == null) {
          throw new IllegalStateException("the process ended early, see above");
        }
        return Double.parseDouble(answer);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      requests.close();
      process.destroy();
    }
  }

  /** Prunes, encodes and writes as often as lines come in; prints the seconds each time. */
  public static void main(String[] arguments) throws IOException {
    Model model = Weights.model(LAYERS, EXTENT, Weights.drawn(0, 0, 1));
    Path output = Path.of(arguments[0]);
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      while (lines.readLine() != null) {
        long began = System.nanoTime();
        Encoding.CONTAINER.format().write(pruned(model), output);
        System.out.println((System.nanoTime() - began) / 1e9);
      }
    }
  }

  private static Model pruned(Model model) {
    float[] scores = new float[EXTENT * EXTENT];
    List<Edit> edits = new ArrayList<>();
    ExactSelector selector = new ExactSelector();
    for (Layer layer : Layers.prunable(model)) {
      Tensor weight = model.tensor(layer.weight());
      FloatBuffer values = weight.floats();
      IntStream.range(0, EXTENT)
          .parallel()
          .forEach(
              row -> {
                for (int i = row * EXTENT; i < (row + 1) * EXTENT; i++) {
                  scores[i] = Math.abs(values.get(i));
                }
              });
      edits.add(new Edit.MaskWeights(selector.keepHighest(layer, scores, SPARSITY)));
    }
    return Plans.apply(model, new Plan("magnitude", edits));
  }
}
