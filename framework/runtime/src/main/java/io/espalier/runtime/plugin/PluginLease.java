package io.espalier.runtime.plugin;

import io.espalier.api.Extension;
import io.espalier.proto.PluginInfo;
import java.util.List;

/** A hold on what {@link Plugins} has loaded. */
final class PluginLease implements ExtensionLease {
  private final Plugins owner;
  private volatile String name = "a run that is being checked";

  PluginLease(Plugins owner) {
    this.owner = owner;
  }

  String name() {
    return name;
  }

  @Override
  public void namedAfter(String user) {
    name = user;
    owner.changed();
  }

  @Override
  public <E extends Extension> E create(Class<E> kind, String id) {
    return owner.create(kind, id, this);
  }

  @Override
  public List<String> ids(Class<? extends Extension> kind) {
    return owner.ids(kind);
  }

  @Override
  public List<PluginInfo> plugins() {
    return owner.plugins();
  }

  @Override
  public void close() {
    owner.leave(this);
  }
}
