package io.espalier.api;

/** Version of the plugin API, as a plugin's manifest requires it. */
public final class ApiLevel {
  /** The level that this framework offers; semantic versioning. */
  public static final String CURRENT = "1.0.0";

  private ApiLevel() {}
}
