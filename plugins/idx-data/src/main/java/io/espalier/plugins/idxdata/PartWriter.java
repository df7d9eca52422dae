package io.espalier.plugins.idxdata;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes the body of an answer to a part as it comes in. Once closed, by its own end or by whoever
 * gave up waiting, it writes no more.
 */
final class PartWriter implements HttpResponse.BodySubscriber<Long>, AutoCloseable {
  /** The file cannot be written or would become too large: another attempt is no use. */
  static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedException(String reason) {
      super(reason);
    }

    RefusedException(String reason, Throwable cause) {
      super(reason, cause);
    }
  }

  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-\\d+/(\\d{1,18}|\\*)");

  private final Part part;
  private final HttpResponse.ResponseInfo head;
  private final long total;
  private final long limit;
  private final CompletableFuture<Long> end = new CompletableFuture<>();
  private volatile long size;
  private Flow.@Nullable Subscription subscription;
  private @Nullable FileChannel channel;
  private boolean closed;

  private PartWriter(
      Part part, HttpResponse.ResponseInfo head, long offset, long total, long limit) {
    this.part = part;
    this.head = head;
    this.size = offset;
    this.total = total;
    this.limit = limit;
  }

  /**
   * The writer for an answer's body; empty if the answer brings no bytes that fit the part.
   *
   * @param have bytes of the part
   * @param limit the most bytes that the part may get
   */
  static Optional<PartWriter> of(HttpResponse.ResponseInfo head, Part part, long have, long limit) {
    if (head.statusCode() == OK) {
      long length = head.headers().firstValueAsLong("Content-Length").orElse(-1);
      return Optional.of(new PartWriter(part, head, 0, length, limit));
    }
    Matcher range = RANGE.matcher(head.headers().firstValue("Content-Range").orElse(""));
    if (head.statusCode() == PARTIAL && range.matches() && Long.parseLong(range.group(1)) == have) {
      long total = range.group(2).equals("*") ? -1 : Long.parseLong(range.group(2));
      return Optional.of(new PartWriter(part, head, have, total, limit));
    }
    return Optional.empty();
  }

  /** Bytes of the part. */
  long size() {
    return size;
  }

  /** Bytes of the complete file as the server has it; -1 if it does not say. */
  long total() {
    return total;
  }

  /** The part's size once the body has ended. */
  @Override
  public CompletionStage<Long> getBody() {
    return end;
  }

  @Override
  public synchronized void onSubscribe(Flow.Subscription given) {
    if (closed) {
      given.cancel();
      return;
    }
    subscription = given;
    if (total > limit) {
      refuse(tooLarge());
      return;
    }
    try {
      channel = size == 0 ? part.begin(head.headers().firstValue("ETag")) : part.append();
      given.request(1);
    } catch (IOException e) {
      refuse(unwritable(e));
    }
  }

  @Override
  public synchronized void onNext(List<ByteBuffer> buffers) {
    FileChannel out = channel;
    Flow.Subscription from = subscription;
    if (closed || out == null || from == null) {
      return;
    }
    try {
      for (ByteBuffer buffer : buffers) {
        if (size + buffer.remaining() > limit) {
          refuse(tooLarge());
          return;
        }
        while (buffer.hasRemaining()) {
          size += out.write(buffer);
        }
      }
      from.request(1);
    } catch (IOException e) {
      refuse(unwritable(e));
    }
  }

  private RefusedException tooLarge() {
    return new RefusedException("sends more than the " + limit + " bytes that the file can have");
  }

  private RefusedException unwritable(IOException cause) {
    return new RefusedException("cannot be written to " + part.file() + " (" + cause + ")", cause);
  }

  private void refuse(RefusedException reason) {
    close();
    end.completeExceptionally(reason);
  }

  @Override
  public void onError(Throwable failure) {
    close();
    end.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    close();
    if (total >= 0 && size < total) {
      end.completeExceptionally(
          new IOException("broke off after %d of %d bytes".formatted(size, total)));
    } else {
      end.complete(size);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (subscription != null) {
      subscription.cancel();
    }
    FileChannel open = channel;
    channel = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        end.completeExceptionally(unwritable(e));
      }
    }
  }
}
