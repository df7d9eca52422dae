package io.espalier.runtime.plugin;

import io.espalier.api.ApiLevel;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Manifest;
import org.pf4j.DefaultPluginManager;
import org.pf4j.ManifestPluginDescriptorFinder;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginDescriptorFinder;
import org.pf4j.PluginLoader;
import org.pf4j.PluginStatusProvider;

/**
 * PF4J set up for one jar, whose classes come from its {@link JarContent}. A manager of its own for
 * each plugin leaves nothing of a plugin behind when it goes.
 */
final class JarPluginManager extends DefaultPluginManager {
  private final JarContent content;

  JarPluginManager(Path folder, JarContent content) {
    super(List.of(folder));
    this.content = content;
    setSystemVersion(ApiLevel.CURRENT);
  }

  @Override
  protected PluginDescriptorFinder createPluginDescriptorFinder() {
    return new ManifestPluginDescriptorFinder() {
      @Override
      protected Manifest readManifest(Path jar) {
        return content.manifest();
      }
    };
  }

  @Override
  protected PluginStatusProvider createPluginStatusProvider() {
    return new AllEnabled();
  }

  @Override
  protected PluginLoader createPluginLoader() {
    return new ContentLoader();
  }

  private final class ContentLoader implements PluginLoader {
    @Override
    public boolean isApplicable(Path jar) {
      return true;
    }

    @Override
    public ClassLoader loadPlugin(Path jar, PluginDescriptor descriptor) {
      return new JarClassLoader(descriptor.getPluginId(), content, getClass().getClassLoader());
    }
  }

  /** What lies in the folder is wanted. */
  private static final class AllEnabled implements PluginStatusProvider {
    @Override
    public boolean isPluginDisabled(String id) {
      return false;
    }

    @Override
    public void disablePlugin(String id) {
      throw new UnsupportedOperationException("a plugin is unloaded, not disabled");
    }

    @Override
    public void enablePlugin(String id) {}
  }
}
