package io.espalier.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The distribution that the build made: where it is, copies of it, processes from it. */
final class Distribution {
  private final Path home;

  private Distribution(Path home) {
    this.home = home;
  }

  /** What the build made. */
  static Distribution built() {
    return new Distribution(Path.of(System.getProperty("espalier.home")));
  }

  /** A copy whose plugins can be changed; libraries are shared by links. */
  static Distribution copiedTo(Path folder) {
    Path source = built().home;
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Path target = folder.resolve(source.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else if (file.startsWith(source.resolve("lib"))) {
          Files.createSymbolicLink(target, file.toAbsolutePath());
        } else {
          Files.copy(file, target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Distribution(folder);
  }

  Path plugins() {
    return home.resolve("plugins");
  }

  Path quickstart(String file) {
    return home.resolve("examples/quickstart").resolve(file);
  }

  /** The jar of a plugin. */
  Path plugin(String id) {
    try (Stream<Path> jars = Files.list(plugins())) {
      return jars.filter(jar -> jar.getFileName().toString().startsWith(id + "-"))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A process that runs the launcher; its output, errors included, goes to a file. */
  Process start(Path output, String javaOptions, Object... arguments) {
    List<String> command = new ArrayList<>(List.of(home.resolve("bin/espalier").toString()));
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().put("ESPALIER_JAVA_OPTS", javaOptions);
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
