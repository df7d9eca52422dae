package io.espalier.bench.stream;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.Map;

/**
 * The processor's time of the threads that train, and of those that read logs and serve clients.
 */
final class ServingClock {
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

  private Map<Long, Long> before = Map.of();

  private enum Work {
    TRAINING,
    SERVING,
    OTHER;

    static Work of(String thread) {
      if (thread.startsWith("espalier-engine") || thread.startsWith("espalier-stage")) {
        return TRAINING;
      }
      return thread.startsWith("vert.x-") || thread.startsWith("espalier-disk") ? SERVING : OTHER;
    }
  }

  void start() {
    Map<Long, Long> now = new HashMap<>();
    for (long thread : CLOCK.getAllThreadIds()) {
      now.put(thread, CLOCK.getThreadCpuTime(thread));
    }
    before = now;
  }

  /** Percent of training's time since the start that serving took besides. */
  double percentOfTraining() {
    double training = 0;
    double serving = 0;
    for (long thread : CLOCK.getAllThreadIds()) {
      ThreadInfo info = CLOCK.getThreadInfo(thread);
      if (info != null) {
        long nanos = CLOCK.getThreadCpuTime(thread) - before.getOrDefault(thread, 0L);
        switch (Work.of(info.getThreadName())) {
          case TRAINING -> training += nanos;
          case SERVING -> serving += nanos;
          case OTHER -> {}
        }
      }
    }
    return 100 * serving / training;
  }
}
