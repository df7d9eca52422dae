package io.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Pruner;
import io.espalier.proto.PluginInfo;
import io.espalier.runtime.plugin.ExtensionLease;
import io.espalier.runtime.plugin.Plugins;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars that come, change and go while a process runs. */
class LivePluginsTest {
  @TempDir private Path folder;
  @TempDir private Path elsewhere;

  private static void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static Optional<PluginInfo> find(Plugins plugins, String id) {
    return plugins.plugins().stream().filter(info -> info.getId().equals(id)).findFirst();
  }

  private static boolean has(Plugins plugins, String pruner) {
    return plugins.ids(Pruner.class).contains(pruner);
  }

  private static PluginJar.Builder coin(String version) {
    return new PluginJar.Builder("coin").version(version).pruner("coin-toss");
  }

  /** As {@code cp} over an installed jar: under the same name. */
  private void install(Path jar) {
    try {
      Files.copy(jar, folder.resolve("coin.jar"), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aJarThatIsDroppedInAppearsAndOneThatIsDeletedGoes() throws IOException {
    try (Plugins plugins = Plugins.load(folder).watching()) {
      AtomicInteger told = new AtomicInteger();
      plugins.onChange(told::incrementAndGet);
      Path jar = coin("1.0.0").build(folder);

      until("it appears", () -> has(plugins, "coin-toss"));
      assertThat(told).hasPositiveValue();

      Files.delete(jar);
      until("it goes", () -> plugins.plugins().isEmpty());
      assertThat(plugins.ids(Pruner.class)).isEmpty();
    }
  }

  @Test
  void aJarThatIsReplacedIsReloaded() {
    install(coin("1.0.0").build(elsewhere));
    try (Plugins plugins = Plugins.load(folder).watching()) {
      assertThat(find(plugins, "coin").orElseThrow().getVersion()).isEqualTo("1.0.0");

      install(coin("1.1.0").build(elsewhere));

      until(
          "the new version",
          () -> find(plugins, "coin").filter(i -> i.getVersion().equals("1.1.0")).isPresent());
      assertThat(plugins.create(Pruner.class, "coin-toss")).isNotNull();
    }
  }

  @Test
  void aNewVersionUnderAnotherNameTakesTheOldOnesPlaceOnceThatIsGone() throws IOException {
    Path old = coin("1.0.0").build(folder);
    try (Plugins plugins = Plugins.load(folder).watching()) {
      coin("2.0.0").build(folder);
      until(
          "the new one waits",
          () -> plugins.plugins().stream().anyMatch(i -> i.getPending().equals("load")));
      assertThat(find(plugins, "coin").orElseThrow().getVersion()).isEqualTo("1.0.0");

      Files.delete(old);

      until(
          "the new version",
          () -> find(plugins, "coin").filter(i -> i.getVersion().equals("2.0.0")).isPresent());
      assertThat(plugins.plugins()).hasSize(1);
    }
  }

  @Test
  void aJarThatIsStillBeingWrittenIsLeftAloneUntilItIsWhole() throws Exception {
    byte[] whole = Files.readAllBytes(coin("1.0.0").build(elsewhere));
    Path jar = folder.resolve("coin.jar");
    try (Plugins plugins = Plugins.load(folder).watching()) {
      List<PluginInfo> seen = new ArrayList<>();
      for (int part = 1; part <= 12; part++) {
        byte[] written = new byte[whole.length * part / 12];
        System.arraycopy(whole, 0, written, 0, written.length);
        Files.write(jar, written);
        Thread.sleep(100);
        seen.addAll(plugins.plugins());
      }

      until("it appears", () -> has(plugins, "coin-toss"));
      assertThat(seen).noneMatch(info -> info.getState().equals("FAILED"));
    }
  }

  @Test
  void aTornReplacementLeavesWhatIsLoadedAndSaysSo() throws IOException {
    install(coin("1.0.0").build(elsewhere));
    try (Plugins plugins = Plugins.load(folder).watching()) {
      install(coin("1.1.0").corrupt().build(elsewhere));

      until("the problem", () -> !find(plugins, "coin").orElseThrow().getProblem().isEmpty());
      PluginInfo info = find(plugins, "coin").orElseThrow();
      assertThat(info.getState()).isEqualTo("STARTED");
      assertThat(info.getVersion()).isEqualTo("1.0.0");
      assertThat(info.getProblem()).contains("no whole jar");
      assertThat(plugins.create(Pruner.class, "coin-toss")).isNotNull();
    }
  }

  @Test
  void whatARunUsesIsReloadedOnceTheRunHasEnded() {
    install(coin("1.0.0").build(elsewhere));
    try (Plugins plugins = Plugins.load(folder).watching()) {
      ExtensionLease run = plugins.lease();
      run.namedAfter("run-1");
      Class<?> used = run.create(Pruner.class, "coin-toss").getClass();

      install(coin("1.1.0").build(elsewhere));

      until(
          "it is pending", () -> find(plugins, "coin").orElseThrow().getPending().equals("reload"));
      assertThat(find(plugins, "coin").orElseThrow().getUsedByList()).containsExactly("run-1");
      assertThat(find(plugins, "coin").orElseThrow().getVersion()).isEqualTo("1.0.0");
      assertThat(run.create(Pruner.class, "coin-toss").getClass()).isSameAs(used);

      run.close();

      assertThat(find(plugins, "coin").orElseThrow().getVersion()).isEqualTo("1.1.0");
      assertThat(find(plugins, "coin").orElseThrow().getUsedByList()).isEmpty();
      assertThat(find(plugins, "coin").orElseThrow().getPending()).isEmpty();
    }
  }

  @Test
  void whatARunUsesGoesOnceTheRunHasEnded() throws IOException {
    Path jar = coin("1.0.0").build(folder);
    try (Plugins plugins = Plugins.load(folder).watching()) {
      ExtensionLease run = plugins.lease();
      run.create(Pruner.class, "coin-toss");

      Files.delete(jar);
      until(
          "it is pending", () -> find(plugins, "coin").orElseThrow().getPending().equals("unload"));
      assertThat(run.create(Pruner.class, "coin-toss")).isNotNull();

      run.close();
      assertThat(plugins.plugins()).isEmpty();
    }
  }

  @Test
  void pluginsAreUnloadedLoadedAndReloadedOnRequest() {
    String jar = coin("1.0.0").build(folder).getFileName().toString();
    try (Plugins plugins = Plugins.load(folder)) {
      Class<?> first = plugins.create(Pruner.class, "coin-toss").getClass();

      assertThat(plugins.unload(jar).getState()).isEqualTo("UNLOADED");
      assertThat(plugins.plugins()).extracting(PluginInfo::getJar).containsExactly(jar);
      assertThatThrownBy(() -> plugins.create(Pruner.class, "coin-toss"))
          .hasMessageContaining("there is no pruner 'coin-toss'");

      assertThat(plugins.load(jar).getState()).isEqualTo("STARTED");
      Class<?> second = plugins.create(Pruner.class, "coin-toss").getClass();
      assertThat(second).isNotSameAs(first);
      assertThat(plugins.load(jar).getState()).isEqualTo("STARTED");
      assertThat(plugins.create(Pruner.class, "coin-toss").getClass()).isSameAs(second);

      assertThat(plugins.reload(jar).getState()).isEqualTo("STARTED");
      assertThat(plugins.create(Pruner.class, "coin-toss").getClass()).isNotSameAs(second);
    }
  }

  @Test
  void onlyJarsOfTheFolderCanBeNamed() {
    Path outside = coin("1.0.0").build(elsewhere);
    try (Plugins plugins = Plugins.load(folder)) {
      for (String name :
          new String[] {
            outside.toString(),
            "../" + elsewhere.getFileName() + "/" + outside.getFileName(),
            outside.getFileName().toString(),
            ".",
            ""
          }) {
        assertThatThrownBy(() -> plugins.load(name))
            .isInstanceOfSatisfying(
                EspalierException.class,
                e -> assertThat(e.code()).isEqualTo(FailureCode.NOT_FOUND));
      }
    }
  }

  @Test
  void fiftyCyclesLeaveNoClassLoaderBehind() throws Exception {
    Path jar = coin("1.0.0").build(folder);
    String name = jar.getFileName().toString();
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    try (Plugins plugins = Plugins.load(folder)) {
      for (int cycle = 0; cycle < 50; cycle++) {
        plugins.load(name);
        try (ExtensionLease run = plugins.lease()) {
          Pruner pruner = run.create(Pruner.class, "coin-toss");
          pruner.getClass().getClassLoader().getResource("META-INF/extensions.idx");
          loaders.add(new WeakReference<>(pruner.getClass().getClassLoader()));
        }
        plugins.unload(name);
      }

      until(
          "all class loaders are freed",
          () -> {
            System.gc();
            return loaders.stream().allMatch(loader -> loader.get() == null);
          });
    }
  }
}
