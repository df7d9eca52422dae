package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;

/** Words that people give runs to find them by: a file in the run's folder, a tag a line. */
final class Tags {
  private static final int MOST = 16;
  private static final Pattern TAG = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} ._-]{0,31}");

  private Tags() {}

  /** The tags of a run; none if they cannot be read. */
  static List<String> read(RunFolder folder) {
    if (!Files.exists(folder.tags())) {
      return List.of();
    }
    try {
      return Files.readAllLines(folder.tags()).stream().filter(tag -> !tag.isBlank()).toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /**
   * Checks tags and takes out those that come twice.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) that says what a tag is
   */
  static List<String> checked(List<String> tags) {
    List<String> distinct = tags.stream().map(String::strip).distinct().toList();
    for (String tag : distinct) {
      if (!TAG.matcher(tag).matches()) {
        throw new EspalierException(
            FailureCode.USAGE,
            "'%s' is no tag: 1 to 32 letters, digits, spaces, dots, hyphens and underscores"
                .formatted(tag));
      }
    }
    if (distinct.size() > MOST) {
      throw new EspalierException(
          FailureCode.USAGE, "%d tags are too many (allowed: %d)".formatted(distinct.size(), MOST));
    }
    return distinct;
  }

  /** Gives a run other tags. */
  static void write(RunFolder folder, List<String> checked) {
    AtomicFile.write(folder.tags(), String.join("\n", checked) + (checked.isEmpty() ? "" : "\n"));
  }
}
