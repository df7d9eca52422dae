package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.proto.EventBatch;
import io.espalier.proto.Failure;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import io.espalier.proto.StageInfo;
import io.espalier.runtime.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs that are not on in this process, as their folders tell. What was read is remembered, for
 * a bounded number of runs, until the log grows. Reads files: not for event loops. Safe for many
 * threads.
 */
final class RunArchive {
  private static final Logger LOG = LoggerFactory.getLogger(RunArchive.class);
  private static final int MOST_DIGESTS = 10_000;
  private static final int MOST_READERS = 16;

  private record Known(long logBytes, RunDigest digest) {}

  private final Map<Path, Known> digests = bounded(MOST_DIGESTS);
  private final Map<Path, EventLogReader> readers = bounded(MOST_READERS);

  private static <V> Map<Path, V> bounded(int most) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1;

      @Override
      protected boolean removeEldestEntry(Map.Entry<Path, V> eldest) {
        return size() > most;
      }
    };
  }

  /** A run in short: interrupted if its log has no end and nobody writes it. */
  RunSummary summary(RunFolder folder) {
    RunDigest digest = digest(folder);
    RunState unfinished =
        !digest.isOver() && RunLock.isHeld(folder.events())
            ? RunState.RUN_STATE_RUNNING
            : RunState.RUN_STATE_INTERRUPTED;
    RunSummary summary =
        digest.summary(folder, unfinished).toBuilder().addAllTags(Tags.read(folder)).build();
    return digest.started() ? summary : fromScenario(folder, summary);
  }

  /** Why a run failed, if it did. */
  Optional<Failure> failure(RunFolder folder) {
    return digest(folder).failure();
  }

  EventBatch read(RunFolder folder, int fromSeq, int limit) {
    EventLogReader reader;
    synchronized (this) {
      reader = readers.computeIfAbsent(folder.events(), EventLogReader::of);
    }
    return reader.read(fromSeq, limit);
  }

  /** Forgets what was read of a run that is about to go on here. */
  synchronized void forget(RunFolder folder) {
    digests.remove(folder.events());
    readers.remove(folder.events());
  }

  private RunDigest digest(RunFolder folder) {
    long bytes = size(folder.events());
    synchronized (this) {
      Known known = digests.get(folder.events());
      if (known != null && known.logBytes == bytes) {
        return known.digest;
      }
    }
    RunDigest digest = RunDigest.of(folder);
    synchronized (this) {
      digests.put(folder.events(), new Known(bytes, digest));
    }
    return digest;
  }

  private static long size(Path file) {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  /** A run that never began has told nothing of itself. */
  private static RunSummary fromScenario(RunFolder folder, RunSummary summary) {
    RunSummary.Builder builder = summary.toBuilder();
    try {
      Scenario scenario = scenario(folder);
      builder.setScenario(scenario.name()).addAllStages(stages(scenario));
      builder.setDataset(RunManifest.read(folder.manifest()).dataset().name());
    } catch (EspalierException e) {
      LOG.debug("run {} has a broken folder", folder.id(), e);
    }
    return builder.build();
  }

  /**
   * @throws EspalierException that names the file and what is wrong in it
   */
  static Scenario scenario(RunFolder folder) {
    return Scenario.read(folder.scenario());
  }

  static Iterable<StageInfo> stages(Scenario scenario) {
    return scenario.stages().stream()
        .map(
            stage ->
                StageInfo.newBuilder().setName(stage.name()).setKind(stage.kind().id()).build())
        .toList();
  }
}
