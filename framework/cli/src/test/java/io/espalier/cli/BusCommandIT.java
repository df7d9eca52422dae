package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.runtime.scenario.Scenario;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code espalier bus} against a server with real runs. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class BusCommandIT {
  private static final String SCENARIO =
      """
      name: short
      dataset: digits
      model: {builder: tutorial-cnn}
      stages:
        - name: train
          kind: train
          fineTuner: {id: jvm, parameters: {epochs: 4, batchSize: 64}}
      """;

  @TempDir private static Path work;
  private static RunningServer server;
  private static String finished;

  @BeforeAll
  static void runOnce() {
    server = new RunningServer(work);
    finished = server.espalier.submit(Scenario.parse(SCENARIO, "short", work));
    server.espalier.finished(finished).await();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Invocation bus(String command, Object... arguments) {
    List<Object> all = new ArrayList<>(List.of("bus", command, "--url", server.url()));
    all.addAll(List.of(arguments));
    return Invocation.of(all.toArray());
  }

  private static List<Integer> seqs(String lines) throws IOException {
    List<Integer> seqs = new ArrayList<>();
    for (String line : lines.lines().toList()) {
      seqs.add(new ObjectMapper().readTree(line).path("seq").asInt());
    }
    return seqs;
  }

  private static int lastSeq(String run) {
    return bus("request", "run.get", "{\"run\": \"%s\"}".formatted(run))
        .json()
        .path("lastSeq")
        .asInt();
  }

  @Test
  void aRequestIsAnsweredByALineOfJson() {
    JsonNode runs = bus("request", "espalier.edge.v1.run.list").json().path("runs");

    assertThat(runs.findValuesAsText("run")).contains(finished);
  }

  @Test
  void requestsComeFromStandardInputOneALine() {
    InputStream before = System.in;
    String ask = "{\"run\": \"%s\"}\n".formatted(finished);
    System.setIn(new ByteArrayInputStream((ask + "\n" + ask).getBytes(StandardCharsets.UTF_8)));
    try {
      assertThat(bus("request", "run.get", "-").out().lines())
          .hasSize(2)
          .allMatch(line -> line.contains(finished));
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void aFailureThatIsAnsweredIsTheExitCode() {
    Invocation unknown = bus("request", "run.get", "{\"run\": \"nothing\"}");

    assertThat(unknown.code()).isEqualTo(10);
    assertThat(unknown.err()).contains("nothing").hasLineCount(1);
  }

  @Test
  void whatIsNoObjectIsRefusedBeforeItIsSent() {
    Invocation broken = bus("request", "run.get", "[1");

    assertThat(broken.code()).isEqualTo(2);
    assertThat(broken.err()).contains("'[1' is no JSON object").hasLineCount(1);
  }

  @Test
  void addressesThatClientsMayNotReachAreRefused() {
    for (Invocation refused :
        List.of(
            bus("request", "stage.train"),
            bus("publish", "event." + finished, "{}"),
            bus("tail", "stage.train"))) {
      assertThat(refused.code()).isEqualTo(2);
      assertThat(refused.err()).contains("clients cannot reach").hasLineCount(1);
    }
  }

  @Test
  void whereNoServerListensOneLineSaysSo() {
    Invocation nobody = Invocation.of("bus", "tail", "event.any", "--url", "http://127.0.0.1:1");

    assertThat(nobody.code()).isEqualTo(8);
    assertThat(nobody.err()).contains("no server listens at http://127.0.0.1:1").hasLineCount(1);
  }

  @Test
  void theEventsOfAFinishedRunAreItsWholeLog() throws IOException {
    Invocation tail = bus("tail", "event." + finished);

    assertThat(tail.code()).as(tail.err()).isZero();
    assertThat(seqs(tail.out()))
        .isEqualTo(IntStream.rangeClosed(1, lastSeq(finished)).boxed().toList());
  }

  @Test
  void aTailBeginsWhereItIsTold() throws IOException {
    assertThat(seqs(bus("tail", "event." + finished, "--from", 50).out()).get(0)).isEqualTo(50);
  }

  @Test
  void aRunThatIsNotThereCannotBeFollowed() {
    Invocation unknown = bus("tail", "event.nothing");

    assertThat(unknown.code()).isEqualTo(10);
    assertThat(unknown.err()).contains("nothing").hasLineCount(1);
  }

  @Test
  void aTailLosesAndDoublesNothingWhenTheServerGoesAndComes() throws Exception {
    String run =
        server.espalier.submit(
            Scenario.parse(SCENARIO.replace("epochs: 4", "epochs: 40"), "short", work));
    Path output = work.resolve("tail.jsonl");
    Process tail =
        Distribution.built()
            .start(output, "", "bus", "tail", "event." + run, "--url", server.url());
    for (int drop = 0; drop < 3; drop++) {
      long size = Files.exists(output) ? Files.size(output) : 0;
      while (tail.isAlive() && Files.size(output) < size + 20_000) {
        Thread.sleep(10);
      }
      server.dropConnections();
    }

    assertThat(tail.waitFor()).as(Files.readString(output)).isZero();
    assertThat(seqs(Files.readString(output)))
        .isEqualTo(IntStream.rangeClosed(1, lastSeq(run)).boxed().toList());
  }

  @Test
  void whatAScriptPublishesOthersRead() throws Exception {
    StringWriter heard = new StringWriter();
    Thread listener =
        new Thread(
            () ->
                Main.commandLine()
                    .setOut(new PrintWriter(heard, true))
                    .setErr(new PrintWriter(heard, true))
                    .execute("bus", "tail", "script.notes", "--url", server.url()));
    listener.setDaemon(true);
    listener.start();
    while (heard.toString().isEmpty()) {
      assertThat(bus("publish", "script.notes", "{\"say\": \"hello\"}").code()).isZero();
    }
    listener.interrupt();
    listener.join();

    assertThat(heard.toString()).startsWith("{\"say\":\"hello\"}");
  }
}
