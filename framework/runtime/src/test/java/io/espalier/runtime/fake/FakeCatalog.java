package io.espalier.runtime.fake;

import io.espalier.api.ChannelPruner;
import io.espalier.api.Clusterer;
import io.espalier.api.DatasetSource;
import io.espalier.api.EspalierException;
import io.espalier.api.Extension;
import io.espalier.api.FailureCode;
import io.espalier.api.FineTuner;
import io.espalier.api.Pruner;
import io.espalier.api.Scheduler;
import io.espalier.proto.PluginInfo;
import io.espalier.runtime.plugin.BuiltIns;
import io.espalier.runtime.plugin.ExtensionCatalog;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** A catalog of extensions that are handed to it, all said to come from one plugin. */
public final class FakeCatalog implements ExtensionCatalog {
  private record Key(Class<?> kind, String id) {}

  private final Map<Key, Supplier<? extends Extension>> extensions = new ConcurrentHashMap<>();

  /** One fake of each kind; the fine-tuner calls {@code hook} before it reports a step. */
  public static FakeCatalog withHook(StepHook hook) {
    return new FakeCatalog()
        .with(DatasetSource.class, FakeDatasetSource.ID, FakeDatasetSource::new)
        .with(Pruner.class, FakePruner.ID, FakePruner::new)
        .with(ChannelPruner.class, FakeChannelPruner.ID, FakeChannelPruner::new)
        .with(Scheduler.class, FakeScheduler.ID, FakeScheduler::new)
        .with(Clusterer.class, FakeClusterer.ID, FakeClusterer::new)
        .with(FineTuner.class, FakeFineTuner.ID, () -> new FakeFineTuner(hook));
  }

  /** One fake of each kind. */
  public static FakeCatalog plain() {
    return withHook(StepHook.NONE);
  }

  /** Adds an extension, or puts it in the place of one of the same kind and id. */
  public <E extends Extension> FakeCatalog with(
      Class<E> kind, String id, Supplier<? extends E> factory) {
    extensions.put(new Key(kind, id), factory);
    return this;
  }

  @Override
  public <E extends Extension> E create(Class<E> kind, String id) {
    Supplier<? extends Extension> factory = extensions.get(new Key(kind, id));
    if (factory == null && BuiltIns.find(kind, id).isPresent()) {
      return BuiltIns.find(kind, id).orElseThrow();
    }
    if (factory == null) {
      throw new EspalierException(
          FailureCode.PLUGIN, "there is no %s '%s'".formatted(kind.getSimpleName(), id));
    }
    return kind.cast(factory.get());
  }

  @Override
  public List<String> ids(Class<? extends Extension> kind) {
    return extensions.keySet().stream().filter(key -> key.kind() == kind).map(Key::id).toList();
  }

  @Override
  public List<PluginInfo> plugins() {
    return List.of(PluginInfo.newBuilder().setId("fakes").setVersion("1.2.3").build());
  }
}
