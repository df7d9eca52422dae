package io.espalier.cli;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A plugin project like the example {@code own-pruner}, under another name.
 *
 * @param name lower-case words with hyphens
 */
record PluginProject(String name) {
  private static final String EXAMPLE = "own-pruner";
  private static final String EXTENSION = "own";

  /**
   * Writes the project.
   *
   * @param example the folder of the example
   * @param folder that is not there or empty
   * @throws EspalierException if there is something in the folder or it cannot be written
   */
  void write(Path example, Path folder) {
    try {
      requireEmpty(folder);
      try (Stream<Path> files = Files.walk(example)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String place = example.relativize(file).toString();
          Path target =
              folder.resolve(place.replace("ownpruner", word()).replace("OwnPruner", type()));
          Files.createDirectories(target.getParent());
          Files.writeString(target, renamed(Files.readString(file)));
        }
      }
    } catch (IOException e) {
      throw EspalierException.cannot("write", folder, e);
    }
  }

  private static void requireEmpty(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> there = Files.list(folder)) {
        if (there.findAny().isPresent()) {
          throw new EspalierException(
              FailureCode.USAGE, folder + " is not empty; choose another folder with -o");
        }
      }
    }
  }

  private String renamed(String text) {
    return text.replace(EXAMPLE, name)
        .replace("ownpruner", word())
        .replace("OwnPruner", type())
        .replace("\"" + EXTENSION + "\"", "\"" + extension() + "\"")
        .replace("pruner: " + EXTENSION, "pruner: " + extension())
        .replace("id: " + EXTENSION, "id: " + extension());
  }

  /** What scenarios call the pruner: the name without a last word "pruner". */
  private String extension() {
    String suffix = "-pruner";
    return name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : name;
  }

  /** The name as part of a package. */
  private String word() {
    return name.replace("-", "");
  }

  /** The name as that of a class. */
  private String type() {
    List<String> words = Arrays.asList((extension() + "-pruner").split("-"));
    return words.stream()
        .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
        .collect(Collectors.joining());
  }
}
