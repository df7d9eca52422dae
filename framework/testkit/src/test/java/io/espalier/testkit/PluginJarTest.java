package io.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.Layer;
import io.espalier.api.Parameters;
import io.espalier.api.PruneRequest;
import io.espalier.api.Shape;
import io.espalier.api.Statistics;
import io.espalier.api.WeightPruner;
import io.espalier.core.ExactSelector;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PluginJarTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void carriesASoundManifest() throws IOException {
    Path jar = new PluginJar.Builder("coin").version("2.1.0").pruner("coin-toss").build(folder);

    assertThat(jar).hasFileName("coin-2.1.0.jar");
    try (JarFile file = new JarFile(jar.toFile())) {
      Attributes manifest = file.getManifest().getMainAttributes();
      assertThat(manifest.getValue("Plugin-Id")).isEqualTo("coin");
      assertThat(manifest.getValue("Plugin-Version")).isEqualTo("2.1.0");
      assertThat(manifest.getValue("Plugin-Requires")).isEqualTo("^1.0.0");
    }
  }

  @Test
  void carriesAPrunerThatWorks() throws Exception {
    Path jar = new PluginJar.Builder("coin").pruner("coin-toss").build(folder);

    try (URLClassLoader loader = loader(jar)) {
      String name = extensions(loader);
      WeightPruner pruner = (WeightPruner) loader.loadClass(name).getConstructor().newInstance();
      INDArray scores =
          pruner.scores(
              new Layer("dense", "MatMul", "w", Shape.of(1, 3)),
              Nd4j.create(1, 3),
              new PruneRequest(
                  SmallModels.dense(Shape.of(1, 3), 1, 2, 3),
                  List.of(),
                  Parameters.of(pruner.description(), Map.of()),
                  1,
                  new ExactSelector(),
                  Statistics.NONE));

      assertThat(name).isEqualTo("io.example.coin.CoinTossPruner");
      assertThat(pruner.description().id()).isEqualTo("coin-toss");
      assertThat(scores.toFloatVector()).containsExactly(0, 1, 2);
    }
  }

  @Test
  void cannotBeReadWhenCorrupt() {
    Path jar = new PluginJar.Builder("torn").pruner("torn").corrupt().build(folder);

    assertThatThrownBy(() -> new JarFile(jar.toFile())).isInstanceOf(IOException.class);
  }

  @Test
  void throwsOnLoadWhenToldTo() throws Exception {
    Path jar = new PluginJar.Builder("bad").throwingOnLoad().build(folder);

    try (URLClassLoader loader = loader(jar);
        JarFile file = new JarFile(jar.toFile())) {
      String name = file.getManifest().getMainAttributes().getValue("Plugin-Class");
      var plugin = (org.pf4j.Plugin) loader.loadClass(name).getConstructor().newInstance();

      assertThatThrownBy(plugin::start).hasMessage("broken on purpose");
    }
  }

  @Test
  void carriesAnExtensionThatCannotBeInitialised() throws Exception {
    Path jar = new PluginJar.Builder("bad").throwingExtension("bad").build(folder);

    try (URLClassLoader loader = loader(jar)) {
      String name = extensions(loader);

      assertThatThrownBy(() -> loader.loadClass(name).getConstructor().newInstance())
          .isInstanceOf(ExceptionInInitializerError.class);
    }
  }

  @Test
  void leavesOutWhatIsEmptied() throws IOException {
    Path jar = new PluginJar.Builder("nameless").manifest("Plugin-Id", "").build(folder);

    try (JarFile file = new JarFile(jar.toFile())) {
      assertThat(file.getManifest().getMainAttributes().getValue("Plugin-Id")).isNull();
    }
  }

  @Test
  void carriesClassesAndFilesAsTheyAre() throws Exception {
    Path jar =
        new PluginJar.Builder("own")
            .classes(PrunerContractTest.LastFirst.class)
            .extension(PrunerContractTest.LastFirst.class.getName())
            .extension("no.such.Extension")
            .file("notes.txt", "hello".getBytes(StandardCharsets.UTF_8))
            .build(folder);

    try (JarFile file = new JarFile(jar.toFile())) {
      assertThat(file.getEntry("io/espalier/testkit/PrunerContractTest$LastFirst.class"))
          .isNotNull();
      assertThat(file.getInputStream(file.getEntry("notes.txt"))).hasContent("hello");
      assertThat(file.getInputStream(file.getEntry("META-INF/extensions.idx")))
          .hasContent("io.espalier.testkit.PrunerContractTest$LastFirst\nno.such.Extension\n");
    }
  }

  @Test
  void saysWhatDoesNotCompile() {
    assertThatThrownBy(
            () -> new PluginJar.Builder("typo").source("a.B", "package a; clas B {}").build(folder))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("clas B");
    assertThat(folder).satisfies(path -> assertThat(Files.list(path)).isEmpty());
  }

  private static URLClassLoader loader(Path jar) throws IOException {
    return new URLClassLoader(
        new URL[] {jar.toUri().toURL()}, PluginJarTest.class.getClassLoader());
  }

  private static String extensions(URLClassLoader loader) throws IOException {
    try (InputStream index = loader.getResourceAsStream("META-INF/extensions.idx")) {
      return new String(index.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }
}
