package io.espalier.runtime.plugin;

import io.espalier.api.EspalierException;
import io.espalier.api.Extension;
import io.espalier.api.FailureCode;
import io.espalier.proto.PluginInfo;
import io.espalier.runtime.plugin.LoadedPlugin.Key;
import io.espalier.runtime.plugin.PluginSlot.Pending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugins of a folder, each a jar. A jar that is corrupt, asks for another API level, throws or
 * hangs while it loads is listed with its problem; the others work.
 *
 * <p>One change at a time, by {@link #changing}; what is there is guarded by this object's lock,
 * which is never held while a plugin's code runs.
 */
public final class Plugins implements ExtensionCatalog, PluginOwner, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Plugins.class);

  /** How long a plugin may take to start where nothing else is said. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path folder;
  private final KnownExtensions known;
  private final Duration patience;
  private final ReentrantLock changing = new ReentrantLock();
  private final Map<String, PluginSlot> slots = new TreeMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private @Nullable FolderWatch watch;

  private Plugins(Path folder, KnownExtensions known, Duration patience) {
    this.folder = folder;
    this.known = known;
    this.patience = patience;
  }

  /**
   * Loads and starts every jar in a folder, in the order of their names. A folder that is not there
   * is one without plugins.
   */
  public static Plugins load(Path folder) {
    return load(folder, KnownExtensions.NONE);
  }

  /** Like {@link #load(Path)}, with a list that tells which plugin a missing extension is in. */
  public static Plugins load(Path folder, KnownExtensions known) {
    return load(folder, known, PATIENCE);
  }

  /**
   * Like {@link #load(Path, KnownExtensions)}.
   *
   * @param patience how long a plugin may take to start
   */
  public static Plugins load(Path folder, KnownExtensions known, Duration patience) {
    Plugins plugins = new Plugins(folder, known, patience);
    for (Path jar : jars(folder)) {
      plugins.slots.put(name(jar), new PluginSlot(name(jar)));
    }
    List.copyOf(plugins.slots.values()).forEach(plugins::start);
    return plugins;
  }

  /** From now on follows what happens in the folder, until closed. */
  public synchronized Plugins watching() {
    if (watch == null) {
      watch = FolderWatch.start(folder, this);
    }
    return this;
  }

  /** The jars in a folder, by name. */
  static List<Path> jars(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new EspalierException(
          FailureCode.IO, "cannot list the plugins in " + folder + ": " + e.getMessage(), e);
    }
  }

  private static String name(Path jar) {
    return Objects.requireNonNull(jar.getFileName()).toString();
  }

  @Override
  public <E extends Extension> E create(Class<E> kind, String id) {
    return create(kind, id, null);
  }

  <E extends Extension> E create(Class<E> kind, String id, @Nullable PluginLease user) {
    ExtensionKind point = ExtensionKind.of(kind);
    return BuiltIns.find(kind, id)
        .orElseGet(() -> LoadedPlugin.instantiate(type(point, id, user).asSubclass(kind)));
  }

  /** An id with underscores also means one with hyphens, as other tools write their words. */
  private synchronized Class<? extends Extension> type(
      ExtensionKind kind, String id, @Nullable PluginLease user) {
    for (Key key : List.of(new Key(kind, id), new Key(kind, id.replace('_', '-')))) {
      for (PluginSlot slot : slots.values()) {
        Class<? extends Extension> type =
            slot.plugin().map(plugin -> plugin.extensions().get(key)).orElse(null);
        if (type != null) {
          if (user != null) {
            slot.usedBy(user);
          }
          return type;
        }
      }
    }
    throw new EspalierException(FailureCode.PLUGIN, missing(kind, id));
  }

  private String missing(ExtensionKind kind, String id) {
    String there = String.join(", ", ids(kind.type()));
    String where =
        known
            .pluginOf(kind, id)
            .map(
                plugin ->
                    "the plugin '%s' is missing: put its jar into %s".formatted(plugin, folder))
            .orElse("put the jar of a plugin that has it into " + folder);
    String failed =
        plugins().stream()
            .filter(plugin -> plugin.getState().equals("FAILED"))
            .map(plugin -> plugin.getJar() + ": " + plugin.getProblem())
            .collect(Collectors.joining("; "));
    return "there is no %s '%s' (there: %s); %s%s"
        .formatted(
            kind.id(),
            id,
            there.isEmpty() ? "none" : there,
            where,
            failed.isEmpty() ? "" : ". Plugins that did not load: " + failed);
  }

  @Override
  public synchronized List<String> ids(Class<? extends Extension> kind) {
    ExtensionKind point = ExtensionKind.of(kind);
    return Stream.concat(
            BuiltIns.of(kind).stream().map(extension -> extension.description().id()),
            slots.values().stream()
                .flatMap(slot -> slot.plugin().stream())
                .flatMap(plugin -> plugin.extensions().keySet().stream())
                .filter(key -> key.kind() == point)
                .map(Key::id))
        .toList();
  }

  @Override
  public synchronized List<PluginInfo> plugins() {
    return slots.values().stream().map(PluginSlot::info).toList();
  }

  @Override
  public ExtensionLease lease() {
    return new PluginLease(this);
  }

  void leave(PluginLease user) {
    List<PluginSlot> free = new ArrayList<>();
    synchronized (this) {
      for (PluginSlot slot : slots.values()) {
        slot.leftBy(user);
        if (!slot.isUsed() && slot.pending() != Pending.NOTHING) {
          free.add(slot);
        }
      }
    }
    if (free.isEmpty()) {
      changed();
    } else {
      change(() -> free.forEach(this::settle));
    }
  }

  @Override
  public Optional<PluginOwner> owner() {
    return Optional.of(this);
  }

  @Override
  public Runnable onChange(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  void changed() {
    listeners.forEach(Runnable::run);
  }

  private void change(Runnable change) {
    changing.lock();
    try {
      change.run();
    } finally {
      changing.unlock();
    }
    changed();
  }

  @Override
  public PluginInfo load(String jar) {
    PluginSlot slot = slot(jar);
    change(
        () -> {
          if (slot.plugin().isEmpty()) {
            start(slot);
          }
        });
    return info(slot);
  }

  @Override
  public PluginInfo unload(String jar) {
    PluginSlot slot = slot(jar);
    change(() -> await(slot, Pending.UNLOAD));
    return info(slot);
  }

  @Override
  public PluginInfo reload(String jar) {
    PluginSlot slot = slot(jar);
    change(() -> await(slot, Pending.RELOAD));
    return info(slot);
  }

  private synchronized PluginInfo info(PluginSlot slot) {
    return slot.info();
  }

  /** The slot of a jar that lies in the folder: of a name, never of a path. */
  private synchronized PluginSlot slot(String jar) {
    PluginSlot slot = slots.get(jar);
    if (slot == null && jars(folder).stream().map(Plugins::name).anyMatch(jar::equals)) {
      slot = new PluginSlot(jar);
      slots.put(jar, slot);
    }
    if (slot == null) {
      throw new EspalierException(
          FailureCode.NOT_FOUND, "there is no '%s' in %s".formatted(jar, folder));
    }
    return slot;
  }

  /** Jars came, changed or went, as the folder's watch found out. */
  void follow(List<String> gone, List<String> changed) {
    change(
        () -> {
          gone.forEach(jar -> find(jar).ifPresent(slot -> await(slot, Pending.FORGET)));
          for (String jar : changed) {
            Optional<PluginSlot> slot = find(jar);
            if (slot.isPresent()) {
              await(slot.get(), Pending.RELOAD);
            } else {
              start(slot(jar));
            }
          }
        });
  }

  private synchronized Optional<PluginSlot> find(String jar) {
    return Optional.ofNullable(slots.get(jar));
  }

  private void await(PluginSlot slot, Pending next) {
    synchronized (this) {
      slot.await(next);
    }
    settle(slot);
  }

  /** Does what waits for a plugin, unless it is used. */
  private void settle(PluginSlot slot) {
    Optional<LoadedPlugin> unloaded;
    Pending pending;
    synchronized (this) {
      pending = slot.pending();
      if (slot.isUsed() || pending == Pending.NOTHING) {
        return;
      }
      if (pending == Pending.RELOAD || pending == Pending.LOAD) {
        unloaded = Optional.empty();
      } else {
        unloaded = slot.plugin();
        slot.unloaded();
        if (pending == Pending.FORGET) {
          slots.remove(slot.jar());
        }
      }
    }
    if (pending == Pending.RELOAD || pending == Pending.LOAD) {
      start(slot);
      return;
    }
    unloaded.ifPresent(LoadedPlugin::unload);
    takeTurns();
  }

  /** Lets those try again that were in the way of what is gone now. */
  private void takeTurns() {
    List<PluginSlot> waiting;
    synchronized (this) {
      waiting = slots.values().stream().filter(s -> s.pending() == Pending.LOAD).toList();
    }
    waiting.forEach(this::start);
  }

  /** Loads what lies in a jar now. What cannot be loaded leaves what is there as it is. */
  private void start(PluginSlot slot) {
    Path jar = folder.resolve(slot.jar());
    LoadedPlugin started;
    try {
      started = LoadedPlugin.start(jar, JarContent.read(jar), patience);
    } catch (EspalierException e) {
      LOG.warn("plugin {} does not load", jar, e);
      failed(slot, String.valueOf(e.getMessage()), Pending.NOTHING);
      return;
    }
    Optional<String> conflict;
    Optional<LoadedPlugin> before = Optional.empty();
    synchronized (this) {
      conflict = conflict(slot, started);
      if (conflict.isEmpty() && !slot.isUsed()) {
        before = slot.plugin();
        slot.loaded(started);
      }
    }
    if (conflict.isPresent()) {
      started.unload();
      failed(slot, conflict.get(), Pending.LOAD);
    } else if (find(slot.jar()).flatMap(PluginSlot::plugin).filter(started::equals).isEmpty()) {
      started.unload(); // A run came to use the old one meanwhile: once more when it has ended.
    } else if (before.isPresent()) {
      before.get().unload();
      takeTurns();
    }
  }

  private synchronized void failed(PluginSlot slot, String why, Pending next) {
    slot.failed(why, next);
  }

  /** What another plugin has that a new one would have too. */
  private Optional<String> conflict(PluginSlot slot, LoadedPlugin started) {
    for (PluginSlot other : slots.values()) {
      if (other == slot || other.plugin().isEmpty()) {
        continue;
      }
      LoadedPlugin there = other.plugin().get();
      if (there.info().getId().equals(started.info().getId())) {
        return Optional.of(
            "the plugin '%s' is already there from %s"
                .formatted(started.info().getId(), other.jar()));
      }
      for (Key key : started.extensions().keySet()) {
        if (there.extensions().containsKey(key)) {
          return Optional.of(
              "its %s '%s' is already there from %s"
                  .formatted(key.kind().id(), key.id(), other.jar()));
        }
      }
    }
    return Optional.empty();
  }

  /** Unloads all. */
  @Override
  public void close() {
    FolderWatch watching;
    synchronized (this) {
      watching = watch;
      watch = null;
    }
    if (watching != null) {
      watching.close();
    }
    changing.lock();
    try {
      List<LoadedPlugin> all;
      synchronized (this) {
        all = slots.values().stream().flatMap(slot -> slot.plugin().stream()).toList();
        slots.clear();
      }
      all.forEach(LoadedPlugin::unload);
    } finally {
      changing.unlock();
    }
  }
}
