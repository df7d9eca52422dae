package io.espalier.cli;

import io.espalier.api.TrainingProfile;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * The answer of {@code espalier profile}.
 *
 * @param model file
 * @param threads that computed
 * @param batch samples of a step
 * @param stepMillis of a whole step, the median
 * @param samplesPerSecond of such a step
 * @param sgemmGflops what products of matrices reach on this machine
 * @param copyGigabytes what copies read and write on this machine, per second
 * @param layers the slowest first
 */
record ProfileView(
    String model,
    int threads,
    int batch,
    double stepMillis,
    double samplesPerSecond,
    double sgemmGflops,
    double copyGigabytes,
    List<Layer> layers) {
  private static final double MILLIS = 1e3;
  private static final double GIGA = 1e9;

  /**
   * A line of the table.
   *
   * @param node its node
   * @param operator of that node
   * @param forwardMillis of a step
   * @param backwardMillis of a step
   * @param share of the time of all layers, in percent
   * @param gflops of its products, per second
   * @param gigabytes that it has to move at the least, per second
   * @param bound what would take longer if nothing else took time: compute or memory
   * @param reached percent of that bound
   */
  record Layer(
      String node,
      String operator,
      double forwardMillis,
      double backwardMillis,
      double share,
      double gflops,
      double gigabytes,
      String bound,
      double reached) {}

  static ProfileView of(Path file, TrainingProfile profile) {
    double all = profile.layers().stream().mapToDouble(TrainingProfile.Layer::seconds).sum();
    List<Layer> layers =
        profile.layers().stream()
            .sorted(Comparator.comparingDouble(TrainingProfile.Layer::seconds).reversed())
            .map(layer -> line(layer, profile, all))
            .toList();
    return new ProfileView(
        file.toString(),
        profile.threads(),
        profile.batchSize(),
        MILLIS * profile.stepSeconds(),
        profile.batchSize() / profile.stepSeconds(),
        profile.flopsPerSecond() / GIGA,
        profile.bytesPerSecond() / GIGA,
        layers);
  }

  private static Layer line(TrainingProfile.Layer layer, TrainingProfile profile, double all) {
    double seconds = Math.max(layer.seconds(), Double.MIN_NORMAL);
    double compute = layer.flops() / profile.flopsPerSecond();
    double memory = layer.bytes() / profile.bytesPerSecond();
    return new Layer(
        layer.node(),
        layer.operator(),
        MILLIS * layer.forwardSeconds(),
        MILLIS * layer.backwardSeconds(),
        100 * layer.seconds() / Math.max(all, Double.MIN_NORMAL),
        layer.flops() / seconds / GIGA,
        layer.bytes() / seconds / GIGA,
        compute >= memory ? "compute" : "memory",
        100 * Math.max(compute, memory) / seconds);
  }

  String text() {
    TextTable table =
        new TextTable(
            "layer",
            "operator",
            "forward ms",
            "backward ms",
            "share",
            "GFLOP/s",
            "GB/s",
            "bound",
            "reached");
    for (Layer layer : layers) {
      table.row(
          layer.node(),
          layer.operator(),
          "%.2f".formatted(layer.forwardMillis()),
          "%.2f".formatted(layer.backwardMillis()),
          "%.1f %%".formatted(layer.share()),
          "%.1f".formatted(layer.gflops()),
          "%.1f".formatted(layer.gigabytes()),
          layer.bound(),
          "%.0f %%".formatted(layer.reached()));
    }
    return """
           %s: %.1f ms a step of %d samples, %.0f samples/s on %d threads
           this machine: %.0f GFLOP/s in products of matrices, %.1f GB/s in copies

           %s\
           """
        .formatted(
            model, stepMillis, batch, samplesPerSecond, threads, sgemmGflops, copyGigabytes, table);
  }
}
