package io.espalier.runtime;

import io.espalier.api.Progress;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunSummary;
import io.espalier.runtime.plugin.ExtensionCatalog;
import io.espalier.runtime.scenario.Scenario;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** What tests of runs do over and over. */
final class RunProbe {
  private static final int SECONDS = 30;

  private RunProbe() {}

  /** A runtime on a folder, that writes a checkpoint every three steps. */
  static Espalier start(Path runs, ExtensionCatalog catalog) {
    return Espalier.start(
        new Espalier.Options(
                runs, catalog, runs.resolve("cache"), Optional.empty(), false, Progress.NONE)
            .withCheckpointSteps(3));
  }

  /** Runs a scenario to its end. */
  static RunSummary run(Espalier espalier, Scenario scenario) {
    return end(espalier, espalier.submit(scenario));
  }

  /** Waits for the end of a run. */
  static RunSummary end(Espalier espalier, String run) {
    return await(espalier.finished(run));
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw FailedReplies.typed(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("no answer", e);
    }
  }

  /** Waits for something that other threads bring about. */
  static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it did not come about in " + SECONDS + " seconds");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** All events in a run's log. */
  static List<RunEvent> events(RunFolder folder) {
    List<RunEvent> events = new ArrayList<>();
    EventLogReader.forEach(folder.events(), events::add);
    return events;
  }

  /** The kinds of events in order, those in a row of one kind told once. */
  static List<RunEvent.EventCase> kinds(List<RunEvent> events) {
    List<RunEvent.EventCase> kinds = new ArrayList<>();
    for (RunEvent event : events) {
      if (kinds.isEmpty() || kinds.get(kinds.size() - 1) != event.getEventCase()) {
        kinds.add(event.getEventCase());
      }
    }
    return kinds;
  }

  /** Copies a folder as it is at this moment: what a crash would leave. */
  static void copy(Path from, Path to) {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path source : all.toList()) {
        Path target = to.resolve(from.relativize(source).toString());
        if (Files.isDirectory(source)) {
          Files.createDirectories(target);
        } else {
          Files.copy(source, target);
        }
      }
    } catch (IOException e) {
      throw new AssertionError("cannot copy " + from, e);
    }
  }
}
