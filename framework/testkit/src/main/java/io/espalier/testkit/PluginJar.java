package io.espalier.testkit;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * Builds plugin jars on the spot, sound ones and ones that are broken on purpose.
 *
 * <pre>{@code
 * Path jar = new PluginJar.Builder("coin").pruner("coin-toss").build(folder);
 * new PluginJar.Builder("old").requires("^0.1.0").pruner("old").build(folder);
 * new PluginJar.Builder("bad").throwingOnLoad().build(folder);
 * new PluginJar.Builder("torn").pruner("torn").corrupt().build(folder);
 * }</pre>
 */
public final class PluginJar {
  private PluginJar() {}

  /** Collects what goes into a jar. Not safe for several threads. */
  public static final class Builder {
    private final String id;
    private final Map<String, String> manifest = new LinkedHashMap<>();
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Set<String> extensions = new LinkedHashSet<>();
    private boolean corrupt;

    /** A jar {@code <id>-1.0.0.jar} with a sound manifest and nothing in it. */
    public Builder(String id) {
      this.id = id;
      manifest("Plugin-Id", id);
      manifest("Plugin-Version", "1.0.0");
      manifest("Plugin-Provider", "espalier-testkit");
      manifest("Plugin-Description", "made for a test");
      manifest("Plugin-License", "Apache-2.0");
      requires("^1.0.0");
    }

    /** Sets an entry of the manifest; an empty value removes it. */
    public Builder manifest(String entry, String value) {
      if (value.isEmpty()) {
        manifest.remove(entry);
      } else {
        manifest.put(entry, value);
      }
      return this;
    }

    public Builder version(String version) {
      return manifest("Plugin-Version", version);
    }

    /** Which API levels the plugin needs, such as {@code ^1.0.0}. */
    public Builder requires(String levels) {
      return manifest("Plugin-Requires", levels);
    }

    /** Adds a class to be compiled against the API, PF4J and ND4J; any former one is replaced. */
    public Builder source(String className, String code) {
      sources.put(className, code);
      return this;
    }

    /** Adds classes of the running test as they are. */
    public Builder classes(Class<?>... types) {
      for (Class<?> type : types) {
        String path = type.getName().replace('.', '/') + ".class";
        try (InputStream bytes = type.getResourceAsStream("/" + path)) {
          if (bytes == null) {
            throw new IllegalArgumentException("no class file of " + type);
          }
          file(path, bytes.readAllBytes());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return this;
    }

    /** Names a class as an extension, whether or not it is in the jar. */
    public Builder extension(String className) {
      extensions.add(className);
      return this;
    }

    /** Adds any other file. */
    public Builder file(String path, byte[] content) {
      files.put(path, content.clone());
      return this;
    }

    /** Adds a pruner that keeps the last weights of a layer. */
    public Builder pruner(String extensionId) {
      String name = className(extensionId, "Pruner");
      return extension(name).source(name, PluginSources.pruner(name, extensionId));
    }

    /** Adds a pruner whose class cannot be initialised. */
    public Builder throwingExtension(String extensionId) {
      String name = className(extensionId, "Pruner");
      return extension(name).source(name, PluginSources.throwingPruner(name, extensionId));
    }

    /** Adds a plugin class whose start throws. */
    public Builder throwingOnLoad() {
      String name = className(id, "Plugin");
      return manifest("Plugin-Class", name).source(name, PluginSources.throwingPlugin(name));
    }

    /** Cuts the finished jar off in the middle. */
    public Builder corrupt() {
      corrupt = true;
      return this;
    }

    /**
     * Compiles and writes the jar.
     *
     * @param folder that exists
     * @return the jar's path
     * @throws EspalierException ({@link FailureCode#INTERNAL}) if a source does not compile
     */
    public Path build(Path folder) {
      Map<String, byte[]> content = new LinkedHashMap<>(files);
      if (!extensions.isEmpty()) {
        content.put(
            "META-INF/extensions.idx",
            (String.join("\n", extensions) + "\n").getBytes(StandardCharsets.UTF_8));
      }
      content.putAll(PluginSources.compile(sources));
      Path jar = folder.resolve(id + "-" + manifest.getOrDefault("Plugin-Version", "0") + ".jar");
      try {
        byte[] bytes = archive(content);
        Files.write(jar, corrupt ? Arrays.copyOf(bytes, bytes.length / 2) : bytes);
        return jar;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private byte[] archive(Map<String, byte[]> content) throws IOException {
      Manifest entries = new Manifest();
      entries.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
      manifest.forEach((name, value) -> entries.getMainAttributes().putValue(name, value));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (JarOutputStream jar = new JarOutputStream(bytes, entries)) {
        for (Map.Entry<String, byte[]> file : content.entrySet()) {
          jar.putNextEntry(new JarEntry(file.getKey()));
          jar.write(file.getValue());
        }
      }
      return bytes.toByteArray();
    }

    /** For instance {@code io.example.coin.CoinTossPruner}. */
    private String className(String words, String suffix) {
      StringBuilder name =
          new StringBuilder("io.example.").append(id.replace('-', '_')).append('.');
      for (String word : words.split("-")) {
        name.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
      }
      return name.append(suffix).toString();
    }
  }
}
