package io.espalier.runtime.plugin;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.CRC32;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * All files of a plugin's jar, in memory: so a jar can be replaced or deleted while its classes are
 * in use, no handle on it stays open, and one that is torn is found out before anything of it is
 * loaded.
 */
final class JarContent {
  private static final long MOST_BYTES = 1L << 30;

  private final Path jar;
  private final Map<String, byte[]> files;

  private JarContent(Path jar, Map<String, byte[]> files) {
    this.jar = jar;
    this.files = files;
  }

  /**
   * Reads a jar; of files for several Java versions, the one for this.
   *
   * @throws EspalierException ({@link FailureCode#PLUGIN}) if it is torn or no jar
   */
  static JarContent read(Path jar) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    long bytes = 0;
    try (JarFile open =
        new JarFile(jar.toFile(), false, ZipFile.OPEN_READ, JarFile.runtimeVersion())) {
      for (JarEntry entry : (Iterable<JarEntry>) open.versionedStream()::iterator) {
        if (!entry.isDirectory()) {
          byte[] content = read(open, entry);
          bytes += content.length;
          if (bytes > MOST_BYTES) {
            throw new ZipException("it holds more than " + MOST_BYTES + " bytes");
          }
          files.put(entry.getName(), content);
        }
      }
      return new JarContent(jar, files);
    } catch (IOException | SecurityException | IllegalArgumentException e) {
      throw new EspalierException(
          FailureCode.PLUGIN, "is no whole jar: " + e.getMessage() + "; build or copy it again", e);
    }
  }

  private static byte[] read(JarFile open, JarEntry entry) throws IOException {
    try (InputStream in = open.getInputStream(entry)) {
      byte[] content = in.readNBytes((int) Math.min(MOST_BYTES + 1, Integer.MAX_VALUE - 8));
      CRC32 sum = new CRC32();
      sum.update(content);
      if (entry.getCrc() != sum.getValue()) {
        throw new ZipException("its file " + entry.getName() + " is damaged");
      }
      return content;
    }
  }

  /**
   * Who the jar says it is.
   *
   * @throws EspalierException ({@link FailureCode#PLUGIN}) if it has no readable manifest
   */
  Manifest manifest() {
    byte[] content =
        file(JarFile.MANIFEST_NAME)
            .orElseThrow(() -> new EspalierException(FailureCode.PLUGIN, "has no manifest"));
    try {
      return new Manifest(new ByteArrayInputStream(content));
    } catch (IOException e) {
      throw new EspalierException(
          FailureCode.PLUGIN, "has a broken manifest: " + e.getMessage(), e);
    }
  }

  /** The libraries beside the jar that its manifest's {@code Class-Path} names. */
  URL[] libraries() {
    String named = manifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
    List<URL> libraries = new ArrayList<>();
    try {
      for (String each : named == null ? new String[0] : named.strip().split("\\s+")) {
        libraries.add(jar.toUri().resolve(each).toURL());
      }
    } catch (MalformedURLException | IllegalArgumentException e) {
      throw new EspalierException(
          FailureCode.PLUGIN, "has a broken Class-Path: " + e.getMessage(), e);
    }
    return libraries.toArray(new URL[0]);
  }

  /** The bytes of a file. */
  Optional<byte[]> file(String name) {
    return Optional.ofNullable(files.get(name));
  }

  /** Where a file is, for those who want to open it by a URL; it works while the jar is gone. */
  Optional<URL> url(String name) {
    return file(name).map(content -> url(name, content));
  }

  private URL url(String name, byte[] content) {
    URLStreamHandler handler =
        new URLStreamHandler() {
          @Override
          protected URLConnection openConnection(URL url) {
            return new MemoryConnection(url, content);
          }
        };
    try {
      return new URL("espalier-plugin", "", -1, "/" + jar.getFileName() + "!/" + name, handler);
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class MemoryConnection extends URLConnection {
    private final byte[] content;

    MemoryConnection(URL url, byte[] content) {
      super(url);
      this.content = content;
    }

    @Override
    public void connect() {
      connected = true;
    }

    @Override
    public InputStream getInputStream() {
      return new ByteArrayInputStream(content);
    }

    @Override
    public long getContentLengthLong() {
      return content.length;
    }
  }
}
