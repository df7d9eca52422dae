package io.espalier.runtime.plugin;

import io.espalier.api.ApiLevel;
import io.espalier.api.EspalierException;
import io.espalier.api.Extension;
import io.espalier.api.FailureCode;
import io.espalier.core.DescriptionProtos;
import io.espalier.proto.PluginInfo;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.pf4j.PluginState;
import org.pf4j.PluginWrapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugins of a folder, each a jar. A jar that is corrupt, asks for another API level or throws
 * while it loads is listed with its problem; the others work.
 */
public final class Plugins implements ExtensionCatalog, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Plugins.class);

  private record Key(ExtensionKind kind, String id) {}

  private final Path folder;
  private final KnownExtensions known;
  private final JarPluginManager manager;
  private final Map<Key, Class<? extends Extension>> extensions = new LinkedHashMap<>();
  private final List<PluginInfo> plugins = new ArrayList<>();

  private Plugins(Path folder, KnownExtensions known) {
    this.folder = folder;
    this.known = known;
    this.manager = new JarPluginManager(folder);
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
    Plugins plugins = new Plugins(folder, known);
    jars(folder).forEach(plugins::add);
    return plugins;
  }

  private static List<Path> jars(Path folder) {
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

  private void add(Path jar) {
    PluginInfo.Builder info = PluginInfo.newBuilder().setJar(jar.getFileName().toString());
    try {
      String id = manager.loadPlugin(jar);
      PluginWrapper wrapper = manager.getPlugin(id);
      info.setId(id).setVersion(wrapper.getDescriptor().getVersion());
      PluginState state = manager.startPlugin(id);
      if (state != PluginState.STARTED) {
        throw new EspalierException(FailureCode.PLUGIN, whyNotStarted(wrapper));
      }
      register(id, info);
      info.setState("STARTED");
    } catch (Exception | LinkageError e) {
      LOG.warn("plugin {} does not load", jar, e);
      info.clearExtensions().setState("FAILED").setProblem(problem(e));
    }
    plugins.add(info.build());
  }

  private static String whyNotStarted(PluginWrapper wrapper) {
    if (wrapper.getPluginState() == PluginState.DISABLED) {
      return "needs plugin API %s, this is %s"
          .formatted(wrapper.getDescriptor().getRequires(), ApiLevel.CURRENT);
    }
    Throwable failure = wrapper.getFailedException();
    return failure == null ? "is " + wrapper.getPluginState() : problem(failure);
  }

  /** All extensions of a plugin, or none if one of them is unsound. */
  private void register(String plugin, PluginInfo.Builder info) {
    Map<Key, Class<? extends Extension>> found = new LinkedHashMap<>();
    for (ExtensionKind kind : ExtensionKind.values()) {
      for (Class<? extends Extension> type : manager.getExtensionClasses(kind.type(), plugin)) {
        var description = instantiate(type).description();
        Key key = new Key(kind, description.id());
        boolean builtIn = BuiltIns.find(kind.type(), key.id()).isPresent();
        if (builtIn || extensions.containsKey(key) || found.put(key, type) != null) {
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
    extensions.putAll(found);
  }

  private static <E extends Extension> E instantiate(Class<E> type) {
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

  private static String problem(Throwable failure) {
    return failure instanceof EspalierException && failure.getMessage() != null
        ? failure.getMessage()
        : failure.toString();
  }

  @Override
  public <E extends Extension> E create(Class<E> kind, String id) {
    ExtensionKind point = ExtensionKind.of(kind);
    Optional<E> builtIn = BuiltIns.find(kind, id);
    if (builtIn.isPresent()) {
      return builtIn.get();
    }
    Class<? extends Extension> type = extensions.get(new Key(point, id));
    if (type == null) {
      throw new EspalierException(FailureCode.PLUGIN, missing(point, id));
    }
    return instantiate(type.asSubclass(kind));
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
        plugins.stream()
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
  public List<String> ids(Class<? extends Extension> kind) {
    ExtensionKind point = ExtensionKind.of(kind);
    return Stream.concat(
            BuiltIns.of(kind).stream().map(extension -> extension.description().id()),
            extensions.keySet().stream().filter(key -> key.kind() == point).map(Key::id))
        .toList();
  }

  @Override
  public List<PluginInfo> plugins() {
    return Collections.unmodifiableList(plugins);
  }

  @Override
  public void close() {
    extensions.clear();
    for (PluginWrapper plugin : List.copyOf(manager.getPlugins())) {
      manager.unloadPlugin(plugin.getPluginId());
    }
  }
}
