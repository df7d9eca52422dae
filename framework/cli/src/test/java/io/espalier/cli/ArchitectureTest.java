package io.espalier.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows between modules, as drawn in ARCHITECTURE.md. */
class ArchitectureTest {
  private static final String[] OUTSIDE = {
    "java..", "javax..", "jdk.incubator.vector..", "org.jspecify..", "org.slf4j.."
  };

  private static JavaClasses all;

  @BeforeAll
  static void readClasses() throws IOException {
    all = new ClassFileImporter().importPaths(classFolders());
  }

  /** The compiled main classes of every module of this checkout. */
  private static List<Path> classFolders() throws IOException {
    Path root = Path.of("../..").toAbsolutePath().normalize();
    try (Stream<Path> files = Files.find(root, 4, ArchitectureTest::isClassFolder)) {
      return files.filter(path -> !path.toString().contains("node_modules")).toList();
    }
  }

  private static boolean isClassFolder(Path path, Object attributes) {
    return path.endsWith(Path.of("target", "classes"));
  }

  @Test
  void protoDependsOnProtobufOnly() {
    only("io.espalier.proto..", "io.espalier.proto..", "com.google.protobuf..");
  }

  @Test
  void apiDependsOnProtoPf4jAndNd4jOnly() {
    only(
        "io.espalier.api..",
        "io.espalier.api..",
        "io.espalier.proto..",
        "org.pf4j..",
        "org.nd4j..",
        "org.bytedeco.javacpp..");
  }

  @Test
  void coreIsAPureLibraryOverTheApi() {
    only(
        "io.espalier.core..",
        "io.espalier.core..",
        "io.espalier.api..",
        "io.espalier.proto..",
        "com.google.protobuf..");
  }

  @Test
  void engineDependsOnCoreAndApiOnly() {
    only("io.espalier.engine..", "io.espalier.engine..", "io.espalier.core..", "io.espalier.api..");
  }

  @Test
  void runtimeKnowsNeitherEngineNorCommandLine() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.espalier.runtime..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.espalier.engine..", "io.espalier.cli.."));
  }

  @Test
  void commandLineDoesNotReachPastTheRuntimeToTheEngine() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.espalier.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.espalier.engine.."));
  }

  @Test
  void onlyTheRuntimeImportsVertx() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("io.espalier.runtime..", "io.espalier.bench..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.vertx.."));
  }

  @Test
  void onlyTheRuntimeImportsThePluginManager() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(
                "io.espalier.runtime.plugin..",
                "io.espalier.testkit..",
                "io.espalier.api..",
                "io.espalier.plugins..",
                "io.example..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.pf4j.."));
  }

  @Test
  void nothingButBenchmarksNamesAPlugin() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("io.espalier.plugins..", "io.espalier.bench..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.espalier.plugins.."));
  }

  @Test
  void pluginsDependOnTheApiAndTheTrainerAlsoOnTheEngine() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage("io.espalier.plugins..", "io.example..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.espalier.runtime..", "io.espalier.cli..", "io.vertx.."));
    check(
        noClasses()
            .that()
            .resideInAnyPackage("io.espalier.plugins..", "io.example..")
            .and()
            .resideOutsideOfPackage("io.espalier.plugins.jvmtrainer..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.espalier.engine..", "io.espalier.core.."));
  }

  private static void only(String module, String... allowed) {
    String[] both = Stream.concat(Stream.of(OUTSIDE), Stream.of(allowed)).toArray(String[]::new);
    check(
        classes()
            .that()
            .resideInAPackage(module)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(both));
  }

  private static void check(ArchRule rule) {
    rule.check(all);
  }
}
