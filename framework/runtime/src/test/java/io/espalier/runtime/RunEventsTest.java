package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.proto.Log;
import io.espalier.proto.RunEvent;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class RunEventsTest {
  private static final int THREADS = 4;
  private static final int EVENTS_EACH = 2500;

  @TempDir Path folder;

  @Test
  void theOrderOnTheBusIsTheOrderInTheLog(Vertx vertx) throws InterruptedException {
    BusCodecs.register(vertx);
    List<Integer> heard = new ArrayList<>();
    CountDownLatch all = new CountDownLatch(THREADS * EVENTS_EACH);
    RunProbe.await(
        vertx
            .eventBus()
            .<RunEvent>consumer(
                Addresses.event("r1"),
                message -> {
                  heard.add(message.body().getSeq());
                  all.countDown();
                })
            .completion());
    try (EventLog log = EventLog.open(folder.resolve("events.log"), "r1")) {
      RunEvents events = new RunEvents(log, vertx, "r1");
      List<Thread> threads = IntStream.range(0, THREADS).mapToObj(i -> teller(events, i)).toList();
      threads.forEach(Thread::start);
      assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(heard)
          .containsExactlyElementsOf(
              IntStream.rangeClosed(1, THREADS * EVENTS_EACH).boxed().toList());
      assertThat(log.lastSeq()).isEqualTo(THREADS * EVENTS_EACH);
    }
  }

  private static Thread teller(RunEvents events, int number) {
    return new Thread(
        () -> {
          for (int i = 0; i < EVENTS_EACH; i++) {
            events.publish(
                RunEvent.newBuilder().setLog(Log.newBuilder().setMessage(number + "/" + i)));
          }
        });
  }
}
