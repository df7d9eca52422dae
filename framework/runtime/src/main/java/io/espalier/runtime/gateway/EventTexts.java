package io.espalier.runtime.gateway;

import io.espalier.proto.RunEvent;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The bytes of events, made once for all clients that are about to get the same ones. Remembers the
 * latest, if they are small. On one event loop.
 */
final class EventTexts {
  private static final int MOST_TEXTS = 4096;
  private static final int LARGEST_TEXT = 4096;
  private static final int MOST_SPANS = 32;
  private static final int LARGEST_SPAN = 128 * 1024;

  private final Map<Key, String> texts = new Latest<>(MOST_TEXTS);
  private final Map<Span, Buffer> spans = new Latest<>(MOST_SPANS);

  /** An event; its time tells apart what has the same number after a log was cut. */
  private record Key(String run, int seq, double timeMillis) {
    static Key of(RunEvent event) {
      return new Key(event.getRun(), event.getSeq(), event.getTimeMillis());
    }
  }

  private record Span(Key first, Key last, EventForm form) {}

  private static final class Latest<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;

    private final int most;

    Latest(int most) {
      this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > most;
    }
  }

  /**
   * Events as they go over a connection. The buffer is shared: it must not be changed.
   *
   * @param events of one run without a gap, at least one
   */
  Buffer of(List<RunEvent> events, EventForm form) {
    RunEvent last = events.get(events.size() - 1);
    Span span = new Span(Key.of(events.get(0)), Key.of(last), form);
    Buffer known = spans.get(span);
    if (known != null) {
      return known;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    events.forEach(event -> form.write(event.getSeq(), json(event), out));
    Buffer made = Buffer.buffer(out.toByteArray());
    if (made.length() <= LARGEST_SPAN) {
      spans.put(span, made);
    }
    return made;
  }

  private String json(RunEvent event) {
    Key key = Key.of(event);
    String known = texts.get(key);
    if (known != null) {
      return known;
    }
    String json = ProtoJson.print(event);
    if (json.length() <= LARGEST_TEXT) {
      texts.put(key, json);
    }
    return json;
  }
}
