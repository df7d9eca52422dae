package io.espalier.runtime.plugin;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.PluginInfo;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Which plugin an extension comes with, written when a distribution is put together, so that a
 * message can name the plugin whose jar is gone. Lines like {@code pruner/magnitude=magnitude}.
 */
public final class KnownExtensions {
  /** Knows nothing. */
  public static final KnownExtensions NONE = new KnownExtensions(new Properties());

  private final Properties plugins;

  private KnownExtensions(Properties plugins) {
    this.plugins = plugins;
  }

  /**
   * Reads the list; a file that is not there is an empty one.
   *
   * @throws EspalierException ({@link FailureCode#IO}) if it cannot be read
   */
  public static KnownExtensions read(Path file) {
    Properties plugins = new Properties();
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        plugins.load(reader);
      } catch (IOException e) {
        throw new EspalierException(
            FailureCode.IO, "cannot read " + file + ": " + e.getMessage(), e);
      }
    }
    return new KnownExtensions(plugins);
  }

  /** The lines for some plugins, sorted. */
  public static List<String> lines(List<PluginInfo> plugins) {
    Map<String, String> lines = new TreeMap<>();
    for (PluginInfo plugin : plugins) {
      for (var extension : plugin.getExtensionsList()) {
        lines.put(extension.getKind() + "/" + extension.getId(), plugin.getId());
      }
    }
    return lines.entrySet().stream().map(line -> line.getKey() + "=" + line.getValue()).toList();
  }

  /** The plugin that an extension comes with. */
  Optional<String> pluginOf(ExtensionKind kind, String id) {
    return Optional.ofNullable(plugins.getProperty(kind.id() + "/" + id));
  }
}
