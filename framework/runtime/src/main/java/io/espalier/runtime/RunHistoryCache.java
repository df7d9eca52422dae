package io.espalier.runtime;

import io.espalier.proto.ReadSnapshot;
import io.espalier.proto.RunSnapshot;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The runs that somebody looks at, each read once and then only on from where its log had ended.
 * Reads files: not for event loops. Safe for many threads.
 */
final class RunHistoryCache {
  /** Runs that are remembered: a million steps take some 90 MB. */
  private static final int MOST_RUNS = 4;

  private final Map<Path, RunRecord> records =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, RunRecord> eldest) {
          return size() > MOST_RUNS;
        }
      };

  RunSnapshot read(RunFolder folder, ReadSnapshot request) {
    RunRecord record;
    synchronized (records) {
      record = records.computeIfAbsent(folder.events(), RunRecord::new);
    }
    return record.read(request);
  }

  void forget(RunFolder folder) {
    synchronized (records) {
      records.remove(folder.events());
    }
  }
}
