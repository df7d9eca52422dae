package io.espalier.runtime;

import io.espalier.api.Codebook;
import io.espalier.api.Model;
import io.espalier.proto.RunEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gives the weights of layers shared values. */
final class ClusterStage implements Stage {
  @Override
  public Outcome run(StageTask task) {
    ClusterOrder order = new ClusterOrder(task);
    List<Codebook> codebooks = codebooks(task, order);
    Map<String, String> names = new HashMap<>();
    order.weights().stream()
        .flatMap(shared -> shared.layers().stream())
        .forEach(layer -> names.put(layer.weight(), layer.name()));
    for (Codebook codebook : codebooks) {
      order.tell(
          "INFO",
          "%s: %d weights share %d values%s"
              .formatted(
                  names.getOrDefault(codebook.tensor(), codebook.tensor()),
                  codebook.shape().size(),
                  codebook.count(),
                  codebook.palette().isEmpty() ? "" : " with the other layers"));
    }
    Model clustered = order.apply(codebooks);
    task.context()
        .events()
        .publish(
            RunEvent.newBuilder()
                .setLayerSparsity(LayerShares.of(clustered).event(task.stage().index(), 0)));
    return new Outcome(
        clustered,
        order.clusterer(),
        "clustered the weights of %d layers".formatted(codebooks.size()));
  }

  private static List<Codebook> codebooks(StageTask task, ClusterOrder order) {
    if (ClusterBudget.isIn(task.stage().spec().settings())) {
      return new ClusterBudget(task, order).codebooks();
    }
    List<Codebook> codebooks = new ArrayList<>();
    for (SharedWeights shared : order.weights()) {
      codebooks.addAll(order.codebooks(shared, shared.clusters()));
    }
    return codebooks;
  }
}
