package io.espalier.runtime;

import java.util.Arrays;

/** Where each event of a log begins: a growing primitive array. Not safe for several threads. */
final class EventIndex {
  private long[] starts = new long[1024];
  private int count;
  private long end;

  /** The last sequence number; 0 without events. */
  int lastSeq() {
    return count;
  }

  /** The position after the last event. */
  long end() {
    return end;
  }

  /** The position of an event, 1 to {@link #lastSeq}. */
  long start(int seq) {
    return starts[seq - 1];
  }

  /** Notes the next event, which begins where the last one ends. */
  void add(long newEnd) {
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, count * 2);
    }
    starts[count++] = end;
    end = newEnd;
  }
}
