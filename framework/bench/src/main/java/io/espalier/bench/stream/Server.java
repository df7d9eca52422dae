package io.espalier.bench.stream;

import io.espalier.api.DatasetSource;
import io.espalier.api.EspalierException;
import io.espalier.api.Extension;
import io.espalier.api.FailureCode;
import io.espalier.api.FineTuner;
import io.espalier.api.Progress;
import io.espalier.plugins.idxdata.DigitsSource;
import io.espalier.proto.PluginInfo;
import io.espalier.runtime.Espalier;
import io.espalier.runtime.gateway.Gateway;
import io.espalier.runtime.gateway.GatewayOptions;
import io.espalier.runtime.plugin.ExtensionCatalog;
import io.espalier.runtime.scenario.Scenario;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A server over a folder of runs, whose one fine-tuner a benchmark brings. */
final class Server implements AutoCloseable {
  private static final int BATCH = 128;

  final Espalier espalier;
  final Gateway gateway;

  /**
   * @param work a folder for its runs
   * @param fineTuner what trains
   */
  Server(Path work, Supplier<FineTuner> fineTuner) {
    espalier =
        Espalier.start(
            new Espalier.Options(
                work,
                new Catalog(fineTuner),
                work,
                Optional.empty(),
                false,
                Progress.NONE,
                Integer.MAX_VALUE,
                Duration.ofSeconds(Espalier.Options.PATIENCE_SECONDS)));
    gateway = Gateway.open(espalier, GatewayOptions.onPort(0));
  }

  /** Starts a training of the tutorial CNN on the digits, in batches of 128. */
  String train(int epochs) {
    return train(epochs, BATCH);
  }

  /** Starts a training of the tutorial CNN on the digits. */
  String train(int epochs, int batch) {
    return espalier.submit(
        Scenario.parse(
            """
            name: stream
            dataset: digits
            model: {builder: tutorial-cnn}
            stages:
              - name: train
                kind: train
                fineTuner: {id: jvm, parameters: {epochs: %d, batchSize: %d}}
            """
                .formatted(epochs, batch),
            "the benchmark's scenario",
            Path.of("")));
  }

  int lastSeq(String run) {
    return espalier.events(run, 1, 1).getLastSeq();
  }

  @Override
  public void close() {
    espalier.close();
  }

  private record Catalog(Supplier<FineTuner> fineTuner) implements ExtensionCatalog {
    @Override
    public <E extends Extension> E create(Class<E> kind, String id) {
      if (kind == FineTuner.class) {
        return kind.cast(fineTuner.get());
      }
      if (kind == DatasetSource.class) {
        return kind.cast(new DigitsSource());
      }
      throw new EspalierException(FailureCode.PLUGIN, "no " + kind.getSimpleName() + " " + id);
    }

    @Override
    public List<String> ids(Class<? extends Extension> kind) {
      return List.of();
    }

    @Override
    public List<PluginInfo> plugins() {
      return List.of();
    }
  }
}
