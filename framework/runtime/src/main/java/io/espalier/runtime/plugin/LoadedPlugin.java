package io.espalier.runtime.plugin;

import io.espalier.api.EspalierException;
import io.espalier.api.Extension;
import io.espalier.api.FailureCode;
import io.espalier.core.DescriptionProtos;
import io.espalier.proto.PluginInfo;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.pf4j.PluginState;
import org.pf4j.PluginWrapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A plugin that is started: its classes, and what it gives. */
final class LoadedPlugin {
  private static final Logger LOG = LoggerFactory.getLogger(LoadedPlugin.class);

  /** How long a plugin may take to stop. */
  private static final Duration STOP = Duration.ofSeconds(10);

  /** An extension's name. */
  record Key(ExtensionKind kind, String id) {}

  private final JarPluginManager manager;
  private final PluginInfo info;
  private final Map<Key, Class<? extends Extension>> extensions;

  private LoadedPlugin(
      JarPluginManager manager, PluginInfo info, Map<Key, Class<? extends Extension>> extensions) {
    this.manager = manager;
    this.info = info;
    this.extensions = extensions;
  }

  /**
   * Loads and starts a plugin, on a thread of its own that is given up if it hangs.
   *
   * @param patience how long it may take
   * @throws EspalierException ({@link FailureCode#PLUGIN}) that says why it cannot be used
   */
  static LoadedPlugin start(Path jar, JarContent content, Duration patience) {
    Requirements.check(content.manifest().getMainAttributes());
    JarPluginManager manager = new JarPluginManager(jar.resolveSibling(""), content);
    try {
      return TimeLimit.call(patience, "to start", () -> start(jar, manager));
    } catch (EspalierException e) {
      release(manager, jar);
      throw e;
    } catch (Exception | LinkageError e) {
      release(manager, jar);
      throw new EspalierException(FailureCode.PLUGIN, e.toString(), e);
    }
  }

  private static LoadedPlugin start(Path jar, JarPluginManager manager) {
    String id = manager.loadPlugin(jar);
    PluginWrapper wrapper = manager.getPlugin(id);
    if (manager.startPlugin(id) != PluginState.STARTED) {
      throw new EspalierException(FailureCode.PLUGIN, whyNotStarted(wrapper));
    }
    PluginInfo.Builder info =
        PluginInfo.newBuilder()
            .setId(id)
            .setVersion(wrapper.getDescriptor().getVersion())
            .setSummary(
                Optional.ofNullable(wrapper.getDescriptor().getPluginDescription()).orElse(""))
            .setJar(jar.getFileName().toString())
            .setState("STARTED");
    Map<Key, Class<? extends Extension>> found = new LinkedHashMap<>();
    for (ExtensionKind kind : ExtensionKind.values()) {
      for (Class<? extends Extension> type : manager.getExtensionClasses(kind.type(), id)) {
        var description = instantiate(type).description();
        Key key = new Key(kind, description.id());
        boolean builtIn = BuiltIns.find(kind.type(), key.id()).isPresent();
        if (builtIn || found.put(key, type) != null) {
          throw new EspalierException(
              FailureCode.PLUGIN,
              "its %s '%s' is already there from another class".formatted(kind.id(), key.id()));
        }
        info.addExtensions(DescriptionProtos.toProto(kind.id(), description));
      }
    }
    if (found.isEmpty()) {
      throw new EspalierException(FailureCode.PLUGIN, "has no extension");
    }
    return new LoadedPlugin(manager, info.build(), found);
  }

  private static String whyNotStarted(PluginWrapper wrapper) {
    Throwable failure = wrapper.getFailedException();
    return failure == null ? "is " + wrapper.getPluginState() : failure.toString();
  }

  /** What it says of itself. */
  PluginInfo info() {
    return info;
  }

  /** Its extensions, in the order of their kinds. */
  Map<Key, Class<? extends Extension>> extensions() {
    return extensions;
  }

  /** A new instance of an extension. */
  static <E extends Extension> E instantiate(Class<E> type) {
    try {
      return type.getConstructor().newInstance();
    } catch (InvocationTargetException | LinkageError e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new EspalierException(
          FailureCode.PLUGIN, type.getName() + " cannot be created: " + cause, cause);
    } catch (ReflectiveOperationException e) {
      throw new EspalierException(
          FailureCode.PLUGIN, type.getName() + " needs a public no-argument constructor", e);
    }
  }

  /** Stops it and lets go of its classes. */
  void unload() {
    release(manager, Path.of(info.getJar()));
  }

  private static void release(JarPluginManager manager, Path jar) {
    try {
      TimeLimit.call(
          STOP,
          "to stop",
          () -> {
            manager.unloadPlugins();
            return manager;
          });
    } catch (Exception | LinkageError e) {
      LOG.warn("plugin {} does not stop in order", jar, e);
    }
  }
}
