package io.espalier.runtime.plugin;

import java.util.List;

/**
 * What plugins share with the framework and with each other: these classes are loaded once, by the
 * application's class loader, even where a plugin's jar brings its own copy. Everything else in a
 * plugin's jar is its own, in its own version.
 */
final class SharedPackages {
  private static final List<String> PREFIXES =
      List.of(
          "java.",
          "io.espalier.api.",
          "io.espalier.proto.",
          "io.espalier.core.",
          "io.espalier.engine.",
          "com.google.protobuf.",
          "org.nd4j.",
          "org.bytedeco.",
          "org.pf4j.",
          "org.slf4j.",
          "org.jspecify.");

  private SharedPackages() {}

  static boolean contains(String className) {
    return PREFIXES.stream().anyMatch(className::startsWith);
  }
}
