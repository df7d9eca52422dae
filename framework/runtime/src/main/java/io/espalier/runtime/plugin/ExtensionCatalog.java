package io.espalier.runtime.plugin;

import io.espalier.api.Extension;
import io.espalier.proto.PluginInfo;
import java.util.List;
import java.util.Optional;

/** The extensions that are there. Safe for many threads. */
public interface ExtensionCatalog {
  /**
   * A new instance of an extension.
   *
   * @param kind an extension point, such as {@link io.espalier.api.Pruner}
   * @throws io.espalier.api.EspalierException ({@link io.espalier.api.FailureCode#PLUGIN}) that
   *     says what is missing and what is there
   */
  <E extends Extension> E create(Class<E> kind, String id);

  /** Ids of all extensions of a kind: built-in ones, then those of plugins as they were loaded. */
  List<String> ids(Class<? extends Extension> kind);

  /** Every plugin, those that failed included, with the extensions it gives. */
  List<PluginInfo> plugins();

  /** The same catalog, for one user: what is created through it stays loaded until it is closed. */
  default ExtensionLease lease() {
    return ExtensionLease.ofAlways(this);
  }

  /** Who can change what is there; empty where nobody can. */
  default Optional<PluginOwner> owner() {
    return Optional.empty();
  }
}
