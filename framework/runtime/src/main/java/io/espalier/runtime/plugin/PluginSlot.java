package io.espalier.runtime.plugin;

import io.espalier.proto.PluginInfo;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** A jar of the folder and how it stands. Guarded by its owner's lock. */
final class PluginSlot {
  /** What is to happen once nobody uses the plugin. */
  enum Pending {
    NOTHING(""),
    LOAD("load"),
    RELOAD("reload"),
    UNLOAD("unload"),
    /** Its jar is gone. */
    FORGET("unload");

    private final String word;

    Pending(String word) {
      this.word = word;
    }
  }

  private final String jar;
  private final Set<PluginLease> users = new LinkedHashSet<>();
  private Optional<LoadedPlugin> plugin = Optional.empty();
  private String problem = "";
  private Pending pending = Pending.NOTHING;

  PluginSlot(String jar) {
    this.jar = jar;
  }

  String jar() {
    return jar;
  }

  Optional<LoadedPlugin> plugin() {
    return plugin;
  }

  Pending pending() {
    return pending;
  }

  boolean isUsed() {
    return !users.isEmpty();
  }

  void usedBy(PluginLease user) {
    users.add(user);
  }

  void leftBy(PluginLease user) {
    users.remove(user);
  }

  void await(Pending next) {
    pending = next;
  }

  void loaded(LoadedPlugin started) {
    plugin = Optional.of(started);
    problem = "";
    pending = Pending.NOTHING;
  }

  /** It does not load; what was loaded before, if anything, stays. */
  void failed(String why, Pending next) {
    problem = why;
    pending = next;
  }

  void unloaded() {
    plugin = Optional.empty();
    problem = "";
    pending = Pending.NOTHING;
  }

  PluginInfo info() {
    PluginInfo.Builder info =
        plugin
            .map(started -> started.info().toBuilder())
            .orElseGet(
                () ->
                    PluginInfo.newBuilder()
                        .setJar(jar)
                        .setState(problem.isEmpty() ? "UNLOADED" : "FAILED"));
    users.forEach(user -> info.addUsedBy(user.name()));
    return info.setProblem(problem).setPending(pending.word).build();
  }
}
