package io.espalier.core;

import io.espalier.api.DataType;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Parameters as papers count them. */
public final class TrainableParameters {
  private static final int STATISTICS = 3;

  private TrainableParameters() {}

  /**
   * Elements of all float tensors but those that no gradient moves: the running mean and variance
   * of a batch normalisation, and scalars (the bounds of a Clip, the factor of a scale).
   */
  public static long count(Model model) {
    Set<String> statistics = new HashSet<>();
    for (Node node : model.graph().nodes()) {
      if (node.domain().isEmpty() && node.type().equals("BatchNormalization")) {
        List<String> inputs = node.inputs();
        statistics.addAll(inputs.subList(Math.min(STATISTICS, inputs.size()), inputs.size()));
      }
    }
    return model.tensors().values().stream()
        .filter(tensor -> tensor.type() == DataType.FLOAT && tensor.shape().rank() > 0)
        .filter(tensor -> !statistics.contains(tensor.name()))
        .mapToLong(Tensor::size)
        .sum();
  }
}
