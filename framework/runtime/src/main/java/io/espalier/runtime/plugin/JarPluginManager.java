package io.espalier.runtime.plugin;

import io.espalier.api.ApiLevel;
import java.nio.file.Path;
import org.pf4j.ClassLoadingStrategy;
import org.pf4j.CompoundPluginLoader;
import org.pf4j.DefaultPluginManager;
import org.pf4j.JarPluginLoader;
import org.pf4j.ManifestPluginDescriptorFinder;
import org.pf4j.PluginClassLoader;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginDescriptorFinder;
import org.pf4j.PluginLoader;

/** PF4J set up for jars with a manifest and for {@link SharedPackages}. */
final class JarPluginManager extends DefaultPluginManager {
  JarPluginManager(Path folder) {
    super(folder);
    setSystemVersion(ApiLevel.CURRENT);
  }

  @Override
  protected PluginDescriptorFinder createPluginDescriptorFinder() {
    return new ManifestPluginDescriptorFinder();
  }

  @Override
  protected PluginLoader createPluginLoader() {
    return new CompoundPluginLoader().add(new SharingLoader());
  }

  private final class SharingLoader extends JarPluginLoader {
    SharingLoader() {
      super(JarPluginManager.this);
    }

    @Override
    public ClassLoader loadPlugin(Path jar, PluginDescriptor descriptor) {
      PluginClassLoader loader =
          new SharingClassLoader(JarPluginManager.this, descriptor, getClass().getClassLoader());
      loader.addFile(jar.toFile());
      return loader;
    }
  }

  private static final class SharingClassLoader extends PluginClassLoader {
    SharingClassLoader(
        JarPluginManager manager, PluginDescriptor descriptor, ClassLoader application) {
      super(manager, descriptor, application, ClassLoadingStrategy.PDA);
    }

    @Override
    protected boolean shouldDelegateToParent(String className) {
      return SharedPackages.contains(className);
    }
  }
}
