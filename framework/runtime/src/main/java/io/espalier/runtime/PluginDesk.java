package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.PluginInfo;
import io.espalier.proto.PluginJarRef;
import io.espalier.proto.PluginList;
import io.espalier.runtime.plugin.ExtensionCatalog;
import io.espalier.runtime.plugin.PluginOwner;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Answers what is asked of plugins, and tells whenever they change. */
final class PluginDesk extends VerticleBase {
  private final ExtensionCatalog catalog;
  private Runnable listening = () -> {};

  PluginDesk(ExtensionCatalog catalog) {
    this.catalog = catalog;
  }

  @Override
  public Future<?> start() {
    catalog.owner().ifPresent(owner -> listening = owner.onChange(this::changed));
    BusService bus = new BusService(vertx);
    return Future.all(
        List.of(
            bus.serve(
                Addresses.PLUGIN_LIST,
                Object.class,
                any -> vertx.executeBlocking(this::list, false)),
            bus.serve(Addresses.PLUGIN_LOAD, PluginJarRef.class, ask(PluginOwner::load)),
            bus.serve(Addresses.PLUGIN_UNLOAD, PluginJarRef.class, ask(PluginOwner::unload)),
            bus.serve(Addresses.PLUGIN_RELOAD, PluginJarRef.class, ask(PluginOwner::reload))));
  }

  @Override
  public Future<?> stop() {
    listening.run();
    return Future.succeededFuture();
  }

  private Function<PluginJarRef, Future<?>> ask(
      BiFunction<PluginOwner, String, PluginInfo> change) {
    return ref -> {
      PluginOwner owner =
          catalog
              .owner()
              .orElseThrow(
                  () ->
                      new EspalierException(
                          FailureCode.USAGE, "the plugins of this process cannot be changed"));
      return vertx.executeBlocking(() -> change.apply(owner, ref.getJar()), true);
    };
  }

  private PluginList list() {
    return PluginList.newBuilder().addAllPlugins(catalog.plugins()).build();
  }

  private void changed() {
    vertx.eventBus().publish(Addresses.PLUGINS, list());
  }
}
