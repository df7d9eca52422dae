package io.espalier.runtime.plugin;

import io.espalier.proto.PluginInfo;

/**
 * Changes which plugins are there while the process runs. A plugin that runs use stays until they
 * have ended; what is to happen then is told by {@link PluginInfo#getPending}. Safe for many
 * threads; may take seconds.
 */
public interface PluginOwner {
  /**
   * Loads a jar that lies in the folder; one that is loaded stays as it is.
   *
   * @param jar its file's name
   * @throws io.espalier.api.EspalierException ({@code NOT_FOUND}) if there is no such jar
   */
  PluginInfo load(String jar);

  /** Lets go of a plugin, until it is loaded again or its jar changes. */
  PluginInfo unload(String jar);

  /** Takes what lies in the jar now in place of what is loaded. */
  PluginInfo reload(String jar);

  /**
   * Has a listener called after every change, on the thread that made it.
   *
   * @return what ends that
   */
  Runnable onChange(Runnable listener);
}
