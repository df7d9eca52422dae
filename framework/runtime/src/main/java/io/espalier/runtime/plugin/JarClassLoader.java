package io.espalier.runtime.plugin;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The classes of one plugin: those of its jar first, then of the libraries beside it, except for
 * {@link SharedPackages}; so two plugins may bring two versions of one library. Libraries are
 * opened when they are first asked for something.
 */
final class JarClassLoader extends URLClassLoader {
  static {
    registerAsParallelCapable();
  }

  private final JarContent content;
  private final ClassLoader application;

  JarClassLoader(String plugin, JarContent content, ClassLoader application) {
    super("plugin " + plugin, content.libraries(), application);
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
    if (bytes.isPresent()) {
      return defineClass(name, bytes.get(), 0, bytes.get().length);
    }
    try {
      return findClass(name);
    } catch (ClassNotFoundException e) {
      return application.loadClass(name);
    }
  }

  @Override
  public @Nullable URL getResource(String name) {
    return content
        .url(name)
        .or(() -> Optional.ofNullable(findResource(name)))
        .orElseGet(() -> application.getResource(name));
  }

  @Override
  public @Nullable InputStream getResourceAsStream(String name) {
    Optional<byte[]> own = content.file(name);
    return own.isPresent() ? new ByteArrayInputStream(own.get()) : super.getResourceAsStream(name);
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    List<URL> all = new ArrayList<>();
    content.url(name).ifPresent(all::add);
    all.addAll(Collections.list(findResources(name)));
    all.addAll(Collections.list(application.getResources(name)));
    return Collections.enumeration(all);
  }
}
