package io.espalier.runtime.plugin;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The classes of one plugin: those of its jar first, except for {@link SharedPackages}; so two
 * plugins may bring two versions of one library.
 */
final class JarClassLoader extends ClassLoader {
  static {
    registerAsParallelCapable();
  }

  private final JarContent content;
  private final ClassLoader application;

  JarClassLoader(String plugin, JarContent content, ClassLoader application) {
    super("plugin " + plugin, application);
    this.content = content;
    this.application = application;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      Class<?> type = findLoadedClass(name);
      if (type == null) {
        type = SharedPackages.contains(name) ? application.loadClass(name) : own(name);
      }
      if (resolve) {
        resolveClass(type);
      }
      return type;
    }
  }

  private Class<?> own(String name) throws ClassNotFoundException {
    Optional<byte[]> bytes = content.file(name.replace('.', '/') + ".class");
    if (bytes.isEmpty()) {
      return application.loadClass(name);
    }
    return defineClass(name, bytes.get(), 0, bytes.get().length);
  }

  @Override
  public @Nullable URL getResource(String name) {
    return content.url(name).orElseGet(() -> application.getResource(name));
  }

  @Override
  public @Nullable InputStream getResourceAsStream(String name) {
    return content
        .file(name)
        .<InputStream>map(ByteArrayInputStream::new)
        .orElseGet(() -> application.getResourceAsStream(name));
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    List<URL> all = new ArrayList<>();
    content.url(name).ifPresent(all::add);
    all.addAll(Collections.list(application.getResources(name)));
    return Collections.enumeration(all);
  }
}
