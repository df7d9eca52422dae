package io.espalier.runtime.gateway;

import io.espalier.proto.RunEvent;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of events, made once for all clients that are about to get the same one. Remembers the
 * latest, if they are small. On one event loop.
 */
final class EventTexts {
  private static final int KEPT = 4096;
  private static final int LARGEST = 4096;

  private record Text(RunEvent event, String json) {}

  private final @Nullable Text[] kept = new Text[KEPT];

  /** An event's JSON. */
  String of(RunEvent event) {
    int place = (31 * event.getRun().hashCode() + event.getSeq()) & (KEPT - 1);
    Text known = kept[place];
    if (known != null
        && known.event.getSeq() == event.getSeq()
        && known.event.getRun().equals(event.getRun())
        && known.event.getTimeMillis() == event.getTimeMillis()) {
      return known.json;
    }
    String json = ProtoJson.print(event);
    if (json.length() <= LARGEST) {
      kept[place] = new Text(event, json);
    }
    return json;
  }
}
