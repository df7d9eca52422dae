package io.espalier.plugins.idxdata;

import java.net.http.HttpResponse;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Meets one answer: a body that fits the part is written to it, another is thrown away. Once
 * closed, it writes nothing, however late the answer comes.
 */
final class PartHandler implements HttpResponse.BodyHandler<Long>, AutoCloseable {
  private final Part part;
  private final long have;
  private final long limit;
  private @Nullable PartWriter writer;
  private boolean closed;

  /**
   * @param have bytes of the part
   * @param limit the most bytes that the part may get
   */
  PartHandler(Part part, long have, long limit) {
    this.part = part;
    this.have = have;
    this.limit = limit;
  }

  @Override
  public synchronized HttpResponse.BodySubscriber<Long> apply(HttpResponse.ResponseInfo head) {
    Optional<PartWriter> fitting = PartWriter.of(head, part, have, limit);
    if (closed || fitting.isEmpty()) {
      return HttpResponse.BodySubscribers.replacing(0L);
    }
    writer = fitting.get();
    return fitting.get();
  }

  /** The writer of the body, once there is one that fits. */
  synchronized Optional<PartWriter> writer() {
    return Optional.ofNullable(writer);
  }

  @Override
  public synchronized void close() {
    closed = true;
    writer().ifPresent(PartWriter::close);
  }
}
