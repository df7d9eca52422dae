package io.espalier.runtime;

import io.espalier.api.Clusterer;
import io.espalier.api.Codebook;
import io.espalier.api.Edit;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.NdTensors;
import io.espalier.api.Plan;
import io.espalier.core.Layers;
import io.espalier.core.Plans;
import io.espalier.proto.Log;
import io.espalier.proto.RunEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives the weights of each prunable layer shared values. */
final class ClusterStage implements Stage {
  @Override
  public Outcome run(StageTask task) {
    RunContext context = task.context();
    Plugged<Clusterer> clusterer = task.stage().clusterer(context.extensions());
    List<Edit> edits = new ArrayList<>();
    for (Layer layer : Layers.prunable(task.model())) {
      context.steering().comeBy(context.events(), () -> {});
      Codebook codebook = codebook(task, clusterer, layer);
      edits.add(new Edit.TieWeights(codebook));
      context
          .events()
          .publish(
              RunEvent.newBuilder()
                  .setLog(
                      Log.newBuilder()
                          .setLevel("INFO")
                          .setMessage(
                              "%s: %d weights share %d values"
                                  .formatted(
                                      layer.name(), layer.shape().size(), codebook.count()))));
    }
    Plan plan = new Plan(clusterer.id(), edits);
    Model clustered = clusterer.call(c -> Plans.apply(task.model(), plan));
    context
        .events()
        .publish(
            RunEvent.newBuilder()
                .setLayerSparsity(LayerShares.of(clustered).event(task.stage().index(), 0)));
    return new Outcome(
        clustered, clusterer.id(), "clustered the weights of %d layers".formatted(edits.size()));
  }

  private static Codebook codebook(StageTask task, Plugged<Clusterer> clusterer, Layer layer) {
    Model model = task.model();
    Clusterer.Request request =
        new Clusterer.Request(
            layer,
            NdTensors.view(model.tensor(layer.weight())),
            Optional.ofNullable(model.masks().get(layer.weight())),
            clusterer.parameters(),
            task.context().seed(task.stage(), "cluster/" + layer.weight()));
    Codebook codebook = clusterer.call(c -> c.cluster(request));
    if (!codebook.tensor().equals(layer.weight()) || !codebook.shape().equals(layer.shape())) {
      throw clusterer.broken(
          "gives a %s (%s) for tensor '%s' (%s)"
              .formatted(codebook, codebook.shape(), layer.weight(), layer.shape()));
    }
    return codebook;
  }
}
