package io.espalier.plugins.idxdata;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A web server on this machine that can be told to misbehave. */
final class FileServer implements AutoCloseable {
  record Asked(String file, String range, String ifRange) {}

  final List<Asked> asked = new CopyOnWriteArrayList<>();
  final Map<String, byte[]> files = new ConcurrentHashMap<>();
  final CountDownLatch released = new CountDownLatch(1);

  /** Answers that break off after {@link #cutAfter} bytes; then it behaves. */
  final AtomicInteger cuts = new AtomicInteger();

  /** Answers that fall silent after {@link #cutAfter} bytes; then it behaves. */
  final AtomicInteger silences = new AtomicInteger();

  volatile int cutAfter = 100_000;
  volatile boolean ranges = true;
  volatile Optional<String> tag = Optional.of("\"v1\"");
  volatile int status = 200;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);

  FileServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/data/", this::answer);
    server.start();
  }

  FileServer serve(ToySet set) {
    for (IdxFile file : IdxFile.values()) {
      files.put(file.compressed(), ToySet.gzip(set.bytes(file)));
    }
    return this;
  }

  URI base() {
    return URI.create(
        "http://%s:%d/data/"
            .formatted(
                InetAddress.getLoopbackAddress().getHostAddress(), server.getAddress().getPort()));
  }

  private void answer(HttpExchange exchange) throws IOException {
    String name = exchange.getRequestURI().getPath().substring("/data/".length());
    String range = header(exchange, "Range");
    String ifRange = header(exchange, "If-Range");
    asked.add(new Asked(name, range, ifRange));
    byte[] all = files.get(name);
    if (status != 200 || all == null) {
      exchange.sendResponseHeaders(status != 200 ? status : 404, -1);
      exchange.close();
      return;
    }
    tag.ifPresent(value -> exchange.getResponseHeaders().set("ETag", value));
    boolean same = ifRange.isEmpty() || tag.filter(ifRange::equals).isPresent();
    int from = range.isEmpty() || !ranges || !same ? 0 : start(range);
    if (from >= all.length) {
      exchange.sendResponseHeaders(416, -1);
      exchange.close();
      return;
    }
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes %d-%d/%d".formatted(from, all.length - 1, all.length));
    }
    send(exchange, from > 0 ? 206 : 200, Arrays.copyOfRange(all, from, all.length));
  }

  private void send(HttpExchange exchange, int code, byte[] body) throws IOException {
    exchange.sendResponseHeaders(code, body.length);
    OutputStream out = exchange.getResponseBody();
    boolean large = body.length > cutAfter;
    if (large && take(cuts)) {
      out.write(body, 0, cutAfter);
      out.flush();
      exchange.close();
    } else if (large && take(silences)) {
      out.write(body, 0, cutAfter);
      out.flush();
      await();
      exchange.close();
    } else {
      out.write(body);
      out.close();
    }
  }

  private void await() throws IOException {
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static boolean take(AtomicInteger left) {
    return left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
  }

  private static String header(HttpExchange exchange, String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
  }

  private static int start(String range) {
    return Integer.parseInt(range.substring("bytes=".length(), range.indexOf('-')));
  }

  @Override
  public void close() {
    released.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
