package io.espalier.cli;

import io.espalier.api.ValueInfo;
import io.espalier.core.Inspection;
import io.espalier.core.Macs;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An inspection in the form that the command prints, as text or as JSON.
 *
 * @param model the file
 * @param inputs such as {@code image float batch x 1 x 28 x 28}
 * @param outputs likewise
 * @param parameters elements of all float tensors
 * @param nonZero of those, how many are not zero
 * @param prunableWeights weights of all prunable layers
 * @param sparsity share of the prunable weights that are zero, 0 to 1
 * @param macs multiply-accumulates of one sample in all layers, depthwise ones included; none where
 *     a shape cannot be inferred
 * @param layers the prunable layers in graph order
 */
record InspectionView(
    String model,
    List<String> inputs,
    List<String> outputs,
    long parameters,
    long nonZero,
    long prunableWeights,
    double sparsity,
    @Nullable Long macs,
    List<LayerView> layers) {

  /** One prunable layer. */
  record LayerView(
      String name,
      String type,
      String weight,
      List<Long> shape,
      long weights,
      long zeros,
      double sparsity,
      long uniqueValues,
      @Nullable Long macs) {}

  static InspectionView of(Path file, Inspection inspection, Optional<Macs> macs) {
    return new InspectionView(
        file.toString(),
        inspection.inputs().stream().map(ValueInfo::toString).toList(),
        inspection.outputs().stream().map(ValueInfo::toString).toList(),
        inspection.parameters(),
        inspection.nonZero(),
        inspection.weights(),
        inspection.sparsity(),
        macs.map(Macs::total).orElse(null),
        inspection.layers().stream()
            .map(
                row ->
                    new LayerView(
                        row.name(),
                        row.type(),
                        row.weight(),
                        row.shape().dims(),
                        row.weights(),
                        row.zeros(),
                        row.sparsity(),
                        row.uniqueValues(),
                        macs.flatMap(counts -> counts.of(row.name())).orElse(null)))
            .toList());
  }

  /** For people. */
  String text() {
    TextTable table =
        new TextTable(
            "layer", "type", "weight", "shape", "weights", "zeros", "sparsity", "unique", "MACs");
    for (LayerView layer : layers) {
      table.row(
          layer.name(),
          layer.type(),
          layer.weight(),
          String.join("x", layer.shape().stream().map(String::valueOf).toList()),
          layer.weights(),
          layer.zeros(),
          percent(layer.sparsity()),
          layer.uniqueValues(),
          layer.macs() == null ? "?" : layer.macs());
    }
    return """
    %s
    inputs:  %s
    outputs: %s
    %,d parameters, %,d not zero; %,d prunable weights, %s zero
    %s multiply-accumulates for one sample

    %s\
    """
        .formatted(
            model,
            String.join("; ", inputs),
            String.join("; ", outputs),
            parameters,
            nonZero,
            prunableWeights,
            percent(sparsity),
            macs == null ? "an unknown number of" : "%,d".formatted(macs),
            table);
  }

  private static String percent(double share) {
    return "%.2f %%".formatted(100 * share);
  }
}
