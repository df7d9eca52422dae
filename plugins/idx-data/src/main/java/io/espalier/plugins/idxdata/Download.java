package io.espalier.plugins.idxdata;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Progress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches one file and, after a cut, goes on where it stopped, in this process or a later one (RFC
 * 9110, range requests). An entity tag is sent back as {@code If-Range}, so that a file that has
 * changed meanwhile comes from its start; so it does where the server ignores ranges.
 *
 * <p>A connection that cannot be made, and an answer that will stay the same, end the download;
 * after a cut, silence or a passing fault of the server it is tried again, a bounded number of
 * times.
 */
final class Download {
  /** Answers after which another attempt may succeed. */
  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);

  /** Answers by which a server says that it cannot go on after the bytes that are there. */
  private static final Set<Integer> MISFIT = Set.of(206, 416);

  private final HttpClient client;
  private final URI from;
  private final Part part;
  private final long limit;
  private final Fetching fetching;

  /**
   * @param limit the most bytes that are taken
   */
  Download(HttpClient client, URI from, Path target, long limit, Fetching fetching) {
    this.client = client;
    this.from = from;
    this.part = new Part(target);
    this.limit = limit;
    this.fetching = fetching;
  }

  /**
   * Fetches the file.
   *
   * @return the complete file, unchecked and not yet under its own name
   * @throws UnavailableException if it is not to be had
   * @throws EspalierException ({@link FailureCode#CANCELLED}) if the thread is interrupted
   */
  Part run(Progress progress) throws UnavailableException {
    for (int attempt = 0; ; attempt++) {
      try {
        attempt(progress);
        return part;
      } catch (PartWriter.RefusedException | ConnectException | HttpConnectTimeoutException e) {
        throw new UnavailableException(name() + " " + reason(e), e);
      } catch (IOException e) {
        if (attempt == fetching.pauses().size()) {
          throw new UnavailableException(
              "%s %s (%d attempts)".formatted(name(), reason(e), attempt + 1), e);
        }
        progress.note("%s %s; trying again".formatted(from, reason(e)));
        Waiting.pause(fetching.pauses().get(attempt));
      }
    }
  }

  private void attempt(Progress progress) throws IOException, UnavailableException {
    long have = part.size();
    try (PartHandler handler = new PartHandler(part, have, limit)) {
      CompletableFuture<HttpResponse<Long>> sent = client.sendAsync(request(have), handler);
      try {
        HttpResponse<Long> answer = await(sent, handler, progress);
        if (handler.writer().isEmpty()) {
          refuse(answer.statusCode(), have);
        }
        progress.at(name(), answer.body(), answer.body());
      } finally {
        sent.cancel(true);
      }
    }
  }

  private String name() {
    return String.valueOf(part.target().getFileName());
  }

  private HttpRequest request(long have) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(from).GET().header("Accept-Encoding", "identity");
    if (have > 0) {
      request.header("Range", "bytes=" + have + "-");
      part.tag().ifPresent(tag -> request.header("If-Range", tag));
    }
    return request.build();
  }

  private HttpResponse<Long> await(
      CompletableFuture<HttpResponse<Long>> answer, PartHandler handler, Progress progress)
      throws IOException {
    long before = -1;
    long heard = System.nanoTime();
    while (true) {
      try {
        return answer.get(Waiting.TICK.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        handler.writer().ifPresent(body -> progress.at(name(), body.size(), body.total()));
        long now = handler.writer().map(PartWriter::size).orElse(-1L);
        if (now != before) {
          before = now;
          heard = System.nanoTime();
        } else if (System.nanoTime() - heard > fetching.stall().toNanos()) {
          throw new IOException("sent nothing for " + Waiting.text(fetching.stall()), e);
        }
      } catch (ExecutionException e) {
        throw e.getCause() instanceof IOException failure ? failure : new IOException(e);
      } catch (InterruptedException e) {
        throw Waiting.interrupted(e);
      }
    }
  }

  private void refuse(int status, long have) throws IOException, UnavailableException {
    if (MISFIT.contains(status)) {
      part.discard();
      throw new IOException("cannot go on after byte " + have);
    }
    if (PASSING.contains(status)) {
      throw new IOException("answers HTTP " + status);
    }
    throw new UnavailableException(name() + " answers HTTP " + status);
  }

  private String reason(IOException failure) {
    if (failure instanceof HttpConnectTimeoutException) {
      return "cannot be reached within " + Waiting.text(fetching.connect());
    }
    if (failure instanceof ConnectException) {
      boolean unknown = failure.getCause() instanceof UnresolvedAddressException;
      return "cannot be reached: " + (unknown ? "unknown host " + from.getHost() : "no connection");
    }
    return Optional.ofNullable(failure.getMessage()).orElse(failure.toString());
  }
}
