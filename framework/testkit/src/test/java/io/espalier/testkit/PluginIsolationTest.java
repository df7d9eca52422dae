package io.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Pruner;
import io.espalier.proto.PluginInfo;
import io.espalier.runtime.plugin.FrameworkVersion;
import io.espalier.runtime.plugin.KnownExtensions;
import io.espalier.runtime.plugin.Plugins;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What plugins do to each other and to the framework: nothing. */
class PluginIsolationTest {
  @TempDir private Path folder;

  private static PluginJar.Builder sound() {
    return new PluginJar.Builder("sound").pruner("sound");
  }

  private PluginInfo only(String plugin) {
    sound().build(folder);
    try (Plugins plugins = Plugins.load(folder, KnownExtensions.NONE, Duration.ofMillis(500))) {
      assertThat(plugins.ids(Pruner.class)).containsExactly("sound");
      return plugins.plugins().stream()
          .filter(info -> info.getJar().startsWith(plugin))
          .findFirst()
          .orElseThrow();
    }
  }

  /** A plugin with a library of its own, of some version, that it asks for its version. */
  private static PluginJar.Builder withLibrary(String id, String version) {
    String pruner = "io.example.%s.LibraryPruner".formatted(id);
    return new PluginJar.Builder(id)
        .source(
            "io.example.library.Library",
            """
            package io.example.library;

            public final class Library {
              public static String version() {
                return Library.class.getResource("version.txt").getPath().length() > 0
                    ? read() : "";
              }

              private static String read() {
                try (var in = Library.class.getResource("version.txt").openStream()) {
                  return new String(in.readAllBytes()) + "/%s";
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              }
            }
            """
                .formatted(version))
        .file("io/example/library/version.txt", version.getBytes(StandardCharsets.UTF_8))
        .extension(pruner)
        .source(
            pruner,
            PluginSources.pruner(pruner, id)
                .replace(
                    "\"Keeps the last weights.\"",
                    "\"Library \" + io.example.library.Library.version()"));
  }

  @Test
  void twoPluginsWorkWithTwoVersionsOfOneLibrary() {
    withLibrary("first", "1.0").build(folder);
    withLibrary("second", "2.0").build(folder);

    try (Plugins plugins = Plugins.load(folder)) {
      Pruner first = plugins.create(Pruner.class, "first");
      Pruner second = plugins.create(Pruner.class, "second");

      assertThat(first.description().summary()).isEqualTo("Library 1.0/1.0");
      assertThat(second.description().summary()).isEqualTo("Library 2.0/2.0");
    }
  }

  @Test
  void librariesBesideTheJarAreThePluginsOwn() throws IOException {
    Path library = Files.createDirectory(folder.resolve("apart"));
    Path classes =
        withLibrary("apart", "3.0").manifest("Class-Path", "apart/library.jar").build(folder);
    moveLibrary(classes, library.resolve("library.jar"));

    try (Plugins plugins = Plugins.load(folder)) {
      assertThat(plugins.create(Pruner.class, "apart").description().summary())
          .isEqualTo("Library 3.0/3.0");
    }
  }

  /** Takes the library out of a plugin's jar and puts it into one of its own. */
  private static void moveLibrary(Path plugin, Path library) throws IOException {
    try (FileSystem from = FileSystems.newFileSystem(plugin);
        FileSystem to = FileSystems.newFileSystem(library, Map.of("create", "true"))) {
      Path packageOf = from.getPath("io/example/library");
      Files.createDirectories(to.getPath("io/example/library"));
      try (Stream<Path> files = Files.list(packageOf)) {
        for (Path file : files.toList()) {
          Files.move(file, to.getPath("io/example/library", file.getFileName().toString()));
        }
      }
      Files.delete(packageOf);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Plugin-Requires; ^2.0.0; needs plugin API ^2.0.0, this is 1.0.0",
        "Espalier-Requires; >=99.0.0; needs Espalier >=99.0.0, this is",
        "Plugin-Requires; latest and greatest; no range of versions",
        "Plugin-Requires; ''; its manifest has no Plugin-Requires",
        "Plugin-Id; ''; its manifest has no Plugin-Id"
      })
  void whatItNeedsIsCheckedBeforeAnythingIsLoaded(String entry, String value, String problem) {
    Path ran = folder.resolve("ran");
    new PluginJar.Builder("picky")
        .manifest("Plugin-Class", "io.example.Picky")
        .source("io.example.Picky", touching("io.example.Picky", ran))
        .pruner("picky")
        .manifest(entry, value)
        .build(folder);

    PluginInfo info = only("picky");

    assertThat(info.getState()).isEqualTo("FAILED");
    assertThat(info.getProblem()).contains(problem);
    assertThat(ran).doesNotExist();
  }

  private static String touching(String className, Path file) {
    return PluginSources.throwingPlugin(className)
        .replace(
            "public void start() {",
            "public void start() {\n    new java.io.File(\"%s\").mkdir();".formatted(file));
  }

  @Test
  void aPluginThatFitsThisVersionOfTheFrameworkLoads() {
    new PluginJar.Builder("fitting")
        .manifest("Espalier-Requires", "^" + FrameworkVersion.CURRENT)
        .pruner("fitting")
        .build(folder);

    try (Plugins plugins = Plugins.load(folder)) {
      assertThat(plugins.ids(Pruner.class)).containsExactly("fitting");
    }
  }

  @Test
  void theFrameworksVersionIsTheBuilds() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));

    assertThat(pom).contains("<version>" + FrameworkVersion.CURRENT + "</version>");
  }

  @Test
  void aPluginThatHangsWhileItStartsIsReportedAndTheOthersWork() {
    hanging("hanging", "for (;;) { Thread.onSpinWait(); if (Thread.interrupted()) return; }");

    assertThat(only("hanging").getProblem()).contains("takes longer than").contains("to start");
  }

  @Test
  void aPluginThatIgnoresInterruptsIsReportedAndTheOthersWork() {
    hanging(
        "stubborn",
        "long end = System.nanoTime() + 3_000_000_000L; while (System.nanoTime() < end) Thread.onSpinWait();");

    assertThat(only("stubborn").getState()).isEqualTo("FAILED");
  }

  private void hanging(String id, String body) {
    String name = "io.example.%sPlugin".formatted(id);
    new PluginJar.Builder(id)
        .manifest("Plugin-Class", name)
        .source(
            name,
            PluginSources.throwingPlugin(name)
                .replace("throw new IllegalStateException(\"broken on purpose\");", body))
        .pruner(id)
        .build(folder);
  }
}
