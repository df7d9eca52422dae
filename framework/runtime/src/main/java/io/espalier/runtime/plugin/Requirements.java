package io.espalier.runtime.plugin;

import io.espalier.api.ApiLevel;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.util.jar.Attributes;
import org.pf4j.DefaultVersionManager;
import org.pf4j.VersionManager;

/** What a plugin's manifest asks of the framework; checked before anything of the jar is loaded. */
final class Requirements {
  /** Which levels of the plugin API it works with, such as {@code ^1.0.0}; must be there. */
  private static final Attributes.Name API = new Attributes.Name("Plugin-Requires");

  /** Which versions of Espalier it works with, such as {@code >=0.1.0}; any where it is missing. */
  private static final Attributes.Name FRAMEWORK = new Attributes.Name("Espalier-Requires");

  private static final Attributes.Name ID = new Attributes.Name("Plugin-Id");
  private static final Attributes.Name VERSION = new Attributes.Name("Plugin-Version");

  private static final VersionManager VERSIONS = new DefaultVersionManager();

  private Requirements() {}

  /**
   * @throws EspalierException ({@link FailureCode#PLUGIN}) that says what is asked for and what is
   *     there
   */
  static void check(Attributes manifest) {
    for (Attributes.Name name : new Attributes.Name[] {ID, VERSION, API}) {
      if (text(manifest, name).isEmpty()) {
        throw new EspalierException(
            FailureCode.PLUGIN, "is no plugin: its manifest has no " + name);
      }
    }
    require(manifest, API, "plugin API", ApiLevel.CURRENT);
    require(manifest, FRAMEWORK, "Espalier", FrameworkVersion.CURRENT);
  }

  private static void require(
      Attributes manifest, Attributes.Name name, String what, String current) {
    String wanted = text(manifest, name);
    if (!wanted.isEmpty() && !allows(name, wanted, current)) {
      throw new EspalierException(
          FailureCode.PLUGIN,
          "needs %s %s, this is %s; build it for this version, or take a release of it that is"
                  .formatted(what, wanted, current)
              + " made for it");
    }
  }

  private static boolean allows(Attributes.Name name, String wanted, String current) {
    try {
      return VERSIONS.checkVersionConstraint(current, wanted);
    } catch (RuntimeException e) {
      throw new EspalierException(
          FailureCode.PLUGIN,
          "its manifest has %s: %s, which is no range of versions such as ^1.0.0"
              .formatted(name, wanted),
          e);
    }
  }

  private static String text(Attributes manifest, Attributes.Name name) {
    String text = manifest.getValue(name);
    return text == null ? "" : text.strip();
  }
}
