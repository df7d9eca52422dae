package io.espalier.runtime.plugin;

/** Version of the framework, as a plugin's manifest may require it. */
public final class FrameworkVersion {
  /** Semantic versioning; the build's own. */
  public static final String CURRENT = "0.1.0";

  private FrameworkVersion() {}
}
