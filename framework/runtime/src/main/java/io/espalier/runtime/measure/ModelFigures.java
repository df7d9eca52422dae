package io.espalier.runtime.measure;

import io.espalier.api.DataType;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.core.Inspection;
import io.espalier.core.UniqueValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

/**
 * Counts and sizes of an exported model, all taken from its file.
 *
 * @param parameters elements of all float tensors
 * @param nonZero of those, the ones that are not zero
 * @param prunableWeights elements of all prunable tensors
 * @param zeros of those, the ones that are zero
 * @param achievedSparsity share of zeros among the prunable weights, 0 to 1
 * @param uniqueValues the most different values in a clustered tensor; in any prunable tensor, if
 *     none is clustered
 * @param fileBytes size of the file
 * @param gzipBytes size of the file after gzip at its highest level
 * @param sizes of the model in every encoding
 * @param layers a row per prunable layer, in graph order
 */
public record ModelFigures(
    long parameters,
    long nonZero,
    long prunableWeights,
    long zeros,
    double achievedSparsity,
    int uniqueValues,
    long fileBytes,
    long gzipBytes,
    ModelSizes sizes,
    List<Inspection.Row> layers) {
  public ModelFigures {
    layers = List.copyOf(layers);
  }

  /**
   * Counts a model's file.
   *
   * @param file the model's file
   * @param model what it holds
   * @param clusteredTensors tensors that are said to be bound by a codebook
   * @throws EspalierException {@link FailureCode#IO} if the file cannot be read; {@link
   *     FailureCode#VERIFICATION} if a clustered tensor is not there
   */
  public static ModelFigures of(Path file, Model model, List<String> clusteredTensors) {
    Inspection inspection = Inspection.of(model);
    return new ModelFigures(
        inspection.parameters(),
        inspection.nonZero(),
        inspection.weights(),
        inspection.zeros(),
        inspection.sparsity(),
        mostUnique(file, model, inspection.layers(), clusteredTensors),
        size(file),
        gzipSize(file),
        ModelSizes.of(model),
        inspection.layers());
  }

  private static int mostUnique(
      Path file, Model model, List<Inspection.Row> layers, List<String> clusteredTensors) {
    Set<String> missing = new TreeSet<>(clusteredTensors);
    missing.removeAll(model.tensors().keySet());
    if (!missing.isEmpty()) {
      throw new EspalierException(
          FailureCode.VERIFICATION,
          "%s should have clustered tensors %s; its prunable tensors are %s"
              .formatted(
                  file,
                  missing,
                  layers.stream().map(Inspection.Row::weight).collect(Collectors.joining(", "))));
    }
    Set<String> others = new TreeSet<>(clusteredTensors);
    layers.forEach(layer -> others.remove(layer.weight()));
    IntStream besides =
        others.stream()
            .map(model::tensor)
            .filter(tensor -> tensor.type() == DataType.FLOAT)
            .mapToInt(tensor -> UniqueValues.count(tensor.floats()));
    IntStream ofLayers =
        layers.stream()
            .filter(row -> clusteredTensors.isEmpty() || clusteredTensors.contains(row.weight()))
            .mapToInt(row -> Math.toIntExact(row.uniqueValues()));
    return IntStream.concat(ofLayers, besides).max().orElse(0);
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw EspalierException.cannot("read", file, e);
    }
  }

  /** Bytes of a file after gzip, level 9; nothing is kept but the count. */
  static long gzipSize(Path file) {
    ByteCounter counter = new ByteCounter();
    try (GZIPOutputStream gzip = new SmallestGzip(counter)) {
      Files.copy(file, gzip);
    } catch (IOException e) {
      throw EspalierException.cannot("read", file, e);
    }
    return counter.bytes();
  }
}
