package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.core.Layers;
import io.espalier.proto.LayerWeights;
import io.espalier.proto.ModelView;
import io.espalier.proto.ReadLayer;
import io.espalier.proto.ReadModel;
import io.espalier.proto.ReadSnapshot;
import io.espalier.proto.RunModel;
import io.espalier.proto.RunModels;
import io.espalier.proto.RunRef;
import io.espalier.proto.RunSnapshot;
import io.espalier.proto.StageInfo;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;

/**
 * Answers what is read from a run's folder to be looked at, whether the run is on or not: snapshots
 * and models. What takes long is done by worker threads.
 */
final class RunReadings extends VerticleBase {
  private final RunStore store;
  private final RunArchive archive = new RunArchive();
  private final RunHistoryCache history = new RunHistoryCache();

  RunReadings(RunStore store) {
    this.store = store;
  }

  @Override
  public Future<?> start() {
    BusService bus = new BusService(vertx);
    return Future.all(
        List.of(
            bus.serve(Addresses.RUN_SNAPSHOT, ReadSnapshot.class, ask -> work(() -> snapshot(ask))),
            bus.serve(Addresses.RUN_MODELS, RunRef.class, ask -> work(() -> models(ask))),
            bus.serve(Addresses.RUN_MODEL, ReadModel.class, ask -> work(() -> model(ask))),
            bus.serve(Addresses.RUN_LAYER, ReadLayer.class, ask -> work(() -> layer(ask))),
            vertx
                .eventBus()
                .<RunRef>consumer(
                    Addresses.RUNS_DELETED,
                    message ->
                        history.forget(
                            new RunFolder(store.root().resolve(message.body().getRun()))))
                .completion()));
  }

  private interface Work<T> {
    T run();
  }

  private <T> Future<T> work(Work<T> work) {
    return vertx.executeBlocking(work::run, false);
  }

  private RunSnapshot snapshot(ReadSnapshot request) {
    return history.read(store.get(request.getRun()), request);
  }

  private RunModels models(RunRef request) {
    RunFolder folder = store.get(request.getRun());
    List<StageInfo> stages = archive.summary(folder).getStagesList();
    RunModels.Builder models = RunModels.newBuilder();
    for (int stage : new Checkpoints(folder).stagesWithModel(stages.size())) {
      models.addModels(
          RunModel.newBuilder()
              .setStageIndex(stage)
              .setName(stage < 0 ? "start" : stages.get(stage).getName()));
    }
    return models.build();
  }

  private ModelView model(ReadModel request) {
    return ModelViews.of(request.getStageIndex(), read(request.getRun(), request.getStageIndex()));
  }

  private LayerWeights layer(ReadLayer request) {
    Model model = read(request.getRun(), request.getStageIndex());
    Layer layer =
        Layers.prunable(model).stream()
            .filter(one -> one.name().equals(request.getLayer()))
            .findFirst()
            .orElseThrow(
                () ->
                    new EspalierException(
                        FailureCode.NOT_FOUND,
                        "the model has no prunable layer '%s' (there: %s)"
                            .formatted(
                                request.getLayer(),
                                String.join(
                                    ", ",
                                    Layers.prunable(model).stream().map(Layer::name).toList()))));
    return LayerPicture.of(model, layer);
  }

  private Model read(String run, int stage) {
    return new Checkpoints(store.get(run))
        .model(stage)
        .orElseThrow(
            () ->
                new EspalierException(
                    FailureCode.NOT_FOUND,
                    "run '%s' has no model of stage %d; see its list of models"
                        .formatted(run, stage)));
  }
}
