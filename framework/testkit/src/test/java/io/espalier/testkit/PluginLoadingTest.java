package io.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.Exporter;
import io.espalier.api.FailureCode;
import io.espalier.api.Pruner;
import io.espalier.api.Tensor;
import io.espalier.proto.PluginInfo;
import io.espalier.runtime.plugin.KnownExtensions;
import io.espalier.runtime.plugin.Plugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runtime's plugin owner, on jars made for the test. */
class PluginLoadingTest {
  @TempDir private Path folder;

  private PluginJar.Builder sound() {
    return new PluginJar.Builder("coin").pruner("coin-toss");
  }

  private static PluginInfo only(Plugins plugins) {
    assertThat(plugins.plugins()).hasSize(1);
    return plugins.plugins().get(0);
  }

  @Test
  void aSoundJarGivesItsExtensions() {
    sound().version("2.1.0").build(folder);

    try (Plugins plugins = Plugins.load(folder)) {
      PluginInfo info = only(plugins);
      assertThat(info.getState()).isEqualTo("STARTED");
      assertThat(info.getId()).isEqualTo("coin");
      assertThat(info.getVersion()).isEqualTo("2.1.0");
      assertThat(info.getExtensions(0).getKind()).isEqualTo("pruner");
      assertThat(plugins.create(Pruner.class, "coin-toss").description().id())
          .isEqualTo("coin-toss");
    }
  }

  @Test
  void anExporterOfAJarStandsBesideTheBuiltInOnes() {
    exporter("archive").build(folder);

    try (Plugins plugins = Plugins.load(folder)) {
      assertThat(only(plugins).getExtensions(0).getKind()).isEqualTo("exporter");
      assertThat(plugins.ids(Exporter.class)).contains("onnx", "espalier", "archive");
      assertThat(plugins.create(Exporter.class, "archive").ending()).isEqualTo(".archive");
      assertThat(plugins.create(Exporter.class, "espalier").ending()).isEqualTo(".espalier");
    }
  }

  @Test
  void anExporterCannotTakeTheIdOfABuiltInOne() {
    exporter("onnx").build(folder);

    try (Plugins plugins = Plugins.load(folder)) {
      assertThat(only(plugins).getProblem()).contains("exporter 'onnx' is already there");
    }
  }

  private static PluginJar.Builder exporter(String id) {
    return new PluginJar.Builder("shelf")
        .extension("Shelf")
        .source(
            "Shelf",
            """
            @org.pf4j.Extension
            public final class Shelf implements io.espalier.api.Exporter {
              @Override
              public io.espalier.api.Description description() {
                return io.espalier.api.Description.of("%s", "Writes nothing.");
              }

              @Override
              public String ending() {
                return ".%s";
              }

              @Override
              public boolean runnable() {
                return false;
              }

              @Override
              public void write(
                  io.espalier.api.Model model,
                  java.nio.file.Path file,
                  io.espalier.api.Parameters parameters) {}

              @Override
              public java.util.Optional<io.espalier.api.Model> read(java.nio.file.Path file) {
                return java.util.Optional.empty();
              }
            }
            """
                .formatted(id, id));
  }

  @Test
  void everyUseGetsAnInstanceOfItsOwn() {
    sound().build(folder);

    try (Plugins plugins = Plugins.load(folder)) {
      assertThat(plugins.create(Pruner.class, "coin-toss"))
          .isNotSameAs(plugins.create(Pruner.class, "coin-toss"));
    }
  }

  @Test
  void aMissingExtensionIsNamedWithThePluginThatHasIt() throws IOException {
    sound().build(folder);
    Path list = Files.writeString(folder.resolve("list"), "pruner/magnitude=magnitude-plugin\n");

    try (Plugins plugins = Plugins.load(folder, KnownExtensions.read(list))) {
      assertThatThrownBy(() -> plugins.create(Pruner.class, "magnitude"))
          .isInstanceOfSatisfying(
              EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.PLUGIN))
          .hasMessageContaining("no pruner 'magnitude' (there: coin-toss)")
          .hasMessageContaining("the plugin 'magnitude-plugin' is missing")
          .hasMessageContaining(folder.toString());
    }
  }

  @Test
  void theListOfKnownExtensionsIsWrittenFromWhatIsThere() {
    sound().build(folder);

    try (Plugins plugins = Plugins.load(folder)) {
      assertThat(KnownExtensions.lines(plugins.plugins()))
          .isEqualTo(List.of("pruner/coin-toss=coin"));
    }
  }

  @Test
  void aCorruptJarIsReportedAndTheOthersWork() {
    new PluginJar.Builder("broken").corrupt().build(folder);
    sound().build(folder);

    assertFailedBesideTheSoundOne("");
  }

  @Test
  void aJarThatThrowsOnLoadIsReportedAndTheOthersWork() {
    new PluginJar.Builder("broken").throwingOnLoad().pruner("other").build(folder);
    sound().build(folder);

    assertFailedBesideTheSoundOne("");
  }

  @Test
  void anExtensionThatCannotBeCreatedIsReportedAndTheOthersWork() {
    new PluginJar.Builder("broken").throwingExtension("other").build(folder);
    sound().build(folder);

    assertFailedBesideTheSoundOne("cannot be created");
  }

  @Test
  void aJarForAnotherApiLevelIsReportedAndTheOthersWork() {
    new PluginJar.Builder("broken").requires("^2.0.0").pruner("other").build(folder);
    sound().build(folder);

    assertFailedBesideTheSoundOne("needs plugin API ^2.0.0, this is 1.0.0");
  }

  @Test
  void aSecondExtensionOfTheSameIdIsReportedAndTheFirstWorks() {
    sound().build(folder);
    new PluginJar.Builder("zz-broken").pruner("coin-toss").build(folder);

    assertFailedBesideTheSoundOne("pruner 'coin-toss' is already there");
  }

  /** One plugin failed, and said so; the coin works. */
  private void assertFailedBesideTheSoundOne(String problem) {
    try (Plugins plugins = Plugins.load(folder)) {
      assertThat(plugins.plugins())
          .filteredOn(info -> info.getJar().contains("broken"))
          .singleElement()
          .satisfies(
              info -> {
                assertThat(info.getState()).isEqualTo("FAILED");
                assertThat(info.getProblem()).isNotBlank().contains(problem);
                assertThat(info.getExtensionsList()).isEmpty();
              });
      assertThat(plugins.create(Pruner.class, "coin-toss")).isNotNull();
    }
  }

  @Test
  void sharedClassesComeFromTheApplicationEvenIfTheJarBringsItsOwn() {
    sound().classes(Tensor.class, Pruner.class).build(folder);

    try (Plugins plugins = Plugins.load(folder)) {
      Pruner pruner = plugins.create(Pruner.class, "coin-toss");
      assertThat(pruner.getClass().getClassLoader()).isNotSameAs(getClass().getClassLoader());
      assertThat(pruner).isInstanceOf(Pruner.class);
    }
  }

  @Test
  void aPluginsOwnClassesAreItsOwn() throws Exception {
    sound().build(folder);

    try (Plugins plugins = Plugins.load(folder)) {
      Class<?> type = plugins.create(Pruner.class, "coin-toss").getClass();
      assertThatThrownBy(() -> Class.forName(type.getName()))
          .isInstanceOf(ClassNotFoundException.class);
    }
  }

  @Test
  void aFolderThatIsNotThereHasNoPlugins() {
    try (Plugins plugins = Plugins.load(folder.resolve("none"))) {
      assertThat(plugins.plugins()).isEmpty();
    }
  }
}
