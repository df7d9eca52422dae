package io.espalier.runtime.report;

import io.espalier.runtime.measure.ModelSizes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one exported model is.
 *
 * @param stage name of the export
 * @param accuracy share of the test split classified right, 0 to 1
 * @param loss mean cross-entropy on the test split, in nats
 * @param requestedSparsity share of the prunable weights that the stages were asked to make zero
 * @param achievedSparsity share of the prunable weights that are zero in the file
 * @param uniqueValues the most different values in a tensor bound by a codebook; in any prunable
 *     tensor, if none is bound
 * @param parameters elements of all float tensors
 * @param nonZero of those, the ones that are not zero
 * @param bytes sizes of the file
 * @param latencyMicros time of one inference
 * @param model path of the file, relative to the run's folder
 * @param sha256 hash of the file
 * @param prunableWeights elements of all prunable tensors
 * @param samples size of the test split
 * @param confusionMatrix counts: a row per actual class, a column per predicted class
 * @param layers the prunable layers in graph order
 * @param sizes of the model in every encoding; absent in files of earlier versions
 */
public record StageMeasurement(
    String stage,
    double accuracy,
    double loss,
    double requestedSparsity,
    double achievedSparsity,
    int uniqueValues,
    long parameters,
    long nonZero,
    Bytes bytes,
    LatencyMicros latencyMicros,
    String model,
    String sha256,
    long prunableWeights,
    int samples,
    List<List<Integer>> confusionMatrix,
    List<LayerMeasurement> layers,
    @Nullable ModelSizes sizes) {
  public StageMeasurement {
    confusionMatrix = confusionMatrix.stream().map(List::copyOf).toList();
    layers = List.copyOf(layers);
  }

  /**
   * Sizes of a model's file.
   *
   * @param onnx as it is
   * @param gzip after gzip at its highest level
   */
  public record Bytes(long onnx, long gzip) {}

  /**
   * Microseconds for one sample on one thread of ONNX Runtime.
   *
   * @param p50 median
   * @param p90 90th percentile
   * @param warmUps inferences made before the first one that counts
   * @param inferences inferences that count
   */
  public record LatencyMicros(double p50, double p90, int warmUps, int inferences) {}

  /**
   * One prunable layer.
   *
   * @param layer name of the node
   * @param type operator of the node
   * @param weight name of the weight tensor
   * @param shape extents of the weight tensor
   * @param weights elements of the weight tensor
   * @param zeros of those, the ones that are zero
   * @param sparsity share of zeros
   * @param uniqueValues different values, zero included
   */
  public record LayerMeasurement(
      String layer,
      String type,
      String weight,
      List<Long> shape,
      long weights,
      long zeros,
      double sparsity,
      int uniqueValues) {
    public LayerMeasurement {
      shape = List.copyOf(shape);
    }
  }
}
