package io.espalier.runtime.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every now and then what lies in the folder of plugins, which works on every file system. A
 * jar counts as changed once it is the same at two looks, so that one that is being written is left
 * alone.
 */
final class FolderWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FolderWatch.class);
  private static final Duration PERIOD = Duration.ofMillis(400);

  /** How a file looks from outside; another one where it was written or put in place anew. */
  private record Look(long size, long modifiedNanos, String key) {}

  private final Path folder;
  private final Plugins plugins;
  private final Thread thread = new Thread(this::watch, "espalier-plugin-folder");

  /** As loaded. */
  private Map<String, Look> settled;

  /** As at the last look. */
  private Map<String, Look> last;

  private volatile boolean closed;

  private FolderWatch(Path folder, Plugins plugins) {
    this.folder = folder;
    this.plugins = plugins;
    this.settled = look();
    this.last = settled;
  }

  /** Begins with what is there, which counts as loaded. */
  static FolderWatch start(Path folder, Plugins plugins) {
    FolderWatch watch = new FolderWatch(folder, plugins);
    watch.thread.setDaemon(true);
    watch.thread.start();
    return watch;
  }

  private void watch() {
    while (!closed) {
      try {
        Thread.sleep(PERIOD.toMillis());
        compare();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.warn("cannot follow the plugins in {}", folder, e);
      }
    }
  }

  private void compare() {
    Map<String, Look> now = look();
    List<String> gone = new ArrayList<>();
    List<String> changed = new ArrayList<>();
    for (String jar : settled.keySet()) {
      if (!now.containsKey(jar) && !last.containsKey(jar)) {
        gone.add(jar);
      }
    }
    now.forEach(
        (jar, look) -> {
          if (!look.equals(settled.get(jar)) && look.equals(last.get(jar))) {
            changed.add(jar);
          }
        });
    last = now;
    if (gone.isEmpty() && changed.isEmpty()) {
      return;
    }
    settled = new TreeMap<>(settled);
    gone.forEach(settled::remove);
    changed.forEach(jar -> settled.put(jar, now.get(jar)));
    plugins.follow(gone, changed);
  }

  private Map<String, Look> look() {
    Map<String, Look> looks = new TreeMap<>();
    for (Path jar : Plugins.jars(folder)) {
      look(jar).ifPresent(look -> looks.put(String.valueOf(jar.getFileName()), look));
    }
    return looks;
  }

  private static Optional<Look> look(Path jar) {
    try {
      BasicFileAttributes file = Files.readAttributes(jar, BasicFileAttributes.class);
      return Optional.of(
          new Look(
              file.size(),
              file.lastModifiedTime().to(TimeUnit.NANOSECONDS),
              String.valueOf(file.fileKey())));
    } catch (IOException e) {
      return Optional.empty(); // It has just gone.
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
