package io.espalier.runtime.plugin;

import io.espalier.api.Extension;
import io.espalier.proto.PluginInfo;
import java.util.List;
import java.util.function.Consumer;

/** A user's hold on the plugins that it uses. */
public interface ExtensionLease extends ExtensionCatalog, AutoCloseable {
  /** Names the user, such as a run, in what is told of plugins. */
  void namedAfter(String user);

  /** Lets go. Closing again does nothing. */
  @Override
  void close();

  /** A lease of what never goes. */
  static ExtensionLease ofAlways(ExtensionCatalog catalog) {
    return over(catalog, user -> {}, () -> {});
  }

  /** A catalog that is made over another lease: what it needs is held by that one. */
  static ExtensionLease over(ExtensionCatalog catalog, ExtensionLease held) {
    return over(catalog, held::namedAfter, held::close);
  }

  private static ExtensionLease over(
      ExtensionCatalog catalog, Consumer<String> naming, Runnable closing) {
    return new ExtensionLease() {
      @Override
      public void namedAfter(String user) {
        naming.accept(user);
      }

      @Override
      public void close() {
        closing.run();
      }

      @Override
      public <E extends Extension> E create(Class<E> kind, String id) {
        return catalog.create(kind, id);
      }

      @Override
      public List<String> ids(Class<? extends Extension> kind) {
        return catalog.ids(kind);
      }

      @Override
      public List<PluginInfo> plugins() {
        return catalog.plugins();
      }
    };
  }
}
