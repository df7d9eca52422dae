package io.espalier.runtime.answered;

import io.espalier.api.EspalierException;
import io.espalier.api.Extension;
import io.espalier.api.FailureCode;
import io.espalier.api.Pruner;
import io.espalier.api.Scheduler;
import io.espalier.proto.PluginInfo;
import io.espalier.runtime.plugin.ExtensionCatalog;
import io.espalier.runtime.plugin.ExtensionKind;
import io.espalier.runtime.plugin.ExtensionLease;
import io.espalier.runtime.plugin.PluginOwner;
import io.vertx.core.eventbus.EventBus;
import java.util.List;
import java.util.Optional;

/**
 * A catalog with, besides its plugins' extensions, those that somebody answers over the bus: a
 * scenario names them {@code bus:ID}. Whether anybody answers shows when they are asked.
 */
public final class AnsweredExtensions implements ExtensionCatalog {
  /** What the name of such an extension begins with in a scenario. */
  public static final String PREFIX = "bus:";

  private final ExtensionCatalog plugins;
  private final EventBus bus;

  public AnsweredExtensions(ExtensionCatalog plugins, EventBus bus) {
    this.plugins = plugins;
    this.bus = bus;
  }

  /** Whether extensions of a kind can be answered over the bus. */
  public static boolean has(String kind) {
    return kind.equals(ExtensionKind.PRUNER.id())
        || kind.equals(ExtensionKind.SCHEDULER.id())
        || kind.equals(AnsweredListener.KIND);
  }

  @Override
  public <E extends Extension> E create(Class<E> kind, String id) {
    if (!id.startsWith(PREFIX)) {
      return plugins.create(kind, id);
    }
    String name = id.substring(PREFIX.length());
    if (kind == Pruner.class) {
      return kind.cast(new AnsweredPruner(bus, name));
    }
    if (kind == Scheduler.class) {
      return kind.cast(new AnsweredScheduler(bus, name));
    }
    throw new EspalierException(
        FailureCode.USAGE,
        "'%s': a %s cannot be answered over the bus (a pruner or a scheduler can)"
            .formatted(id, ExtensionKind.of(kind).id()));
  }

  @Override
  public List<String> ids(Class<? extends Extension> kind) {
    return plugins.ids(kind);
  }

  @Override
  public List<PluginInfo> plugins() {
    return plugins.plugins();
  }

  @Override
  public ExtensionLease lease() {
    ExtensionLease held = plugins.lease();
    return ExtensionLease.over(new AnsweredExtensions(held, bus), held);
  }

  @Override
  public Optional<PluginOwner> owner() {
    return plugins.owner();
  }
}
