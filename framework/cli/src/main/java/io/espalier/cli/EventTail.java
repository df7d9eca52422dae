package io.espalier.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Prints the events of a run from one on, each once and in order. When the connection is lost it
 * connects again and goes on after the last event printed.
 */
final class EventTail {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int NORMAL = 1000;
  private static final int SERVER_ERROR = 1011;
  private static final Duration GIVE_UP = Duration.ofSeconds(60);
  private static final long FIRST_WAIT_MILLIS = 50;
  private static final long LONGEST_WAIT_MILLIS = 2_000;

  private final BusServer server;
  private final String run;
  private final PrintWriter out;
  private int next;

  EventTail(BusServer server, String run, int from, PrintWriter out) {
    this.server = server;
    this.run = URLEncoder.encode(run, StandardCharsets.UTF_8);
    this.next = from;
    this.out = out;
  }

  /**
   * Returns once the run has ended and all of it is printed, or nobody reads any more.
   *
   * @throws EspalierException ({@link FailureCode#NETWORK}) if no server listens, or one that was
   *     there has been gone for a minute; {@link FailureCode#NOT_FOUND} for a run that is not there
   */
  void follow() {
    server.get("api/v1/runs/" + run);
    long wait = FIRST_WAIT_MILLIS;
    long lost = System.nanoTime();
    while (true) {
      int before = next;
      EspalierException failure;
      try {
        if (connected()) {
          return;
        }
        failure =
            new EspalierException(FailureCode.NETWORK, "the server ends the connection each time");
      } catch (EspalierException e) {
        if (e.code() != FailureCode.NETWORK) {
          throw e;
        }
        failure = e;
      }
      if (next > before) {
        lost = System.nanoTime();
        wait = FIRST_WAIT_MILLIS;
      } else if (System.nanoTime() - lost > GIVE_UP.toNanos()) {
        throw failure;
      }
      pause(wait);
      wait = Math.min(LONGEST_WAIT_MILLIS, 2 * wait);
    }
  }

  private static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw BusServer.interrupted(e);
    }
  }

  /** One connection. Returns whether nothing more is to come. */
  private boolean connected() {
    SocketMessages messages = new SocketMessages();
    WebSocket socket = server.open("api/v1/runs/%s/stream?from=%d".formatted(run, next), messages);
    try {
      while (true) {
        SocketMessages.Arrival arrival = messages.next(socket);
        if (arrival instanceof SocketMessages.Arrival.End end) {
          return ended(end);
        }
        if (!print(((SocketMessages.Arrival.Message) arrival).text())) {
          return true;
        }
      }
    } catch (InterruptedException e) {
      throw BusServer.interrupted(e);
    } finally {
      socket.abort();
    }
  }

  private static boolean ended(SocketMessages.Arrival.End end) {
    if (end.status() == SERVER_ERROR) {
      throw new EspalierException(FailureCode.IO, end.reason());
    }
    return end.status() == NORMAL;
  }

  /** Returns whether somebody still reads. */
  private boolean print(String event) {
    int seq = seq(event).orElse(0);
    if (seq < next) {
      return true;
    }
    next = seq + 1;
    out.println(event);
    return !out.checkError();
  }

  private static Optional<Integer> seq(String event) {
    try {
      return Optional.of(JSON.readTree(event).path("seq").asInt());
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
