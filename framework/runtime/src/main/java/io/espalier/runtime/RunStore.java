package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders of all runs, each named like its run. Safe for many threads and processes.
 *
 * @param root holds a folder for each run
 */
public record RunStore(Path root) {
  private static final Logger LOG = LoggerFactory.getLogger(RunStore.class);
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
  private static final int NAME_LENGTH = 40;

  /**
   * A new run id: UTC time, the scenario's name, four random characters, such as {@code
   * 20261122-101530-quickstart-x7k2}. Ids sort by age, to the second.
   */
  public static String newId(String scenario, Instant now) {
    String name =
        scenario.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    String random =
        ThreadLocalRandom.current()
            .ints(4, 0, Character.MAX_RADIX)
            .mapToObj(digit -> Integer.toString(digit, Character.MAX_RADIX))
            .collect(Collectors.joining());
    return String.join(
        "-",
        TIME.format(now),
        name.isEmpty() ? "run" : name.substring(0, Math.min(name.length(), NAME_LENGTH)),
        random);
  }

  /**
   * Makes the folder of a new run.
   *
   * @throws EspalierException ({@link FailureCode#IO}) if there is one already or it cannot be made
   */
  public RunFolder create(String id) {
    requireId(id);
    Path folder = root.resolve(id);
    try {
      Files.createDirectories(root);
      Files.createDirectory(folder);
      RunFolder run = new RunFolder(folder);
      Files.createDirectory(run.models());
      Files.createDirectory(run.checkpoints());
      return run;
    } catch (IOException e) {
      throw EspalierException.cannot("make the run's folder", folder, e);
    }
  }

  /** Deletes the folder of a run that did not come to be. */
  void discard(RunFolder folder) {
    try (Stream<Path> all = Files.walk(folder.root())) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      LOG.warn("{} is left over from a run that did not come to be", folder.root(), e);
    }
  }

  /**
   * Deletes the folder of a run for good.
   *
   * @throws EspalierException ({@link FailureCode#IO}) that names what could not be deleted
   */
  void delete(RunFolder folder) {
    try {
      // Without its scenario it is no run any more, whatever happens to the rest.
      Files.delete(folder.scenario());
      try (Stream<Path> all = Files.walk(folder.root())) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    } catch (IOException e) {
      throw EspalierException.cannot("delete", folder.root(), e);
    }
  }

  /** The folder of a run, if there is such a run. */
  public Optional<RunFolder> find(String id) {
    return Optional.of(id)
        .filter(text -> ID.matcher(text).matches())
        .map(text -> new RunFolder(root.resolve(text)))
        .filter(folder -> Files.isRegularFile(folder.scenario()));
  }

  /**
   * The folder of a run.
   *
   * @throws EspalierException ({@link FailureCode#NOT_FOUND}) if there is no such run
   */
  public RunFolder get(String id) {
    return find(id)
        .orElseThrow(
            () ->
                new EspalierException(
                    FailureCode.NOT_FOUND, "no run '%s' in %s".formatted(id, root)));
  }

  /** All runs, oldest first. */
  public List<RunFolder> list() {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(root)) {
      return entries
          .map(entry -> find(String.valueOf(entry.getFileName())))
          .flatMap(Optional::stream)
          .sorted(Comparator.comparing(RunFolder::id))
          .toList();
    } catch (IOException e) {
      throw EspalierException.cannot("list the runs in", root, e);
    }
  }

  private static void requireId(String id) {
    if (!ID.matcher(id).matches()) {
      throw new EspalierException(
          FailureCode.USAGE,
          "'%s' is no run id: letters, digits, dots, hyphens and underscores".formatted(id));
    }
  }
}
