package io.espalier.bench.stream;

import io.espalier.bench.WorkFolder;
import io.espalier.plugins.jvmtrainer.JvmFineTuner;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunFinished;
import io.espalier.proto.RunStarted;
import io.espalier.proto.RunState;
import io.espalier.proto.StageInfo;
import io.espalier.proto.Step;
import io.espalier.runtime.EventLog;
import io.espalier.runtime.RunFolder;
import io.espalier.runtime.RunStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;

/** A finished run of a million steps, and how long a server takes to show it. */
final class MillionEvents implements AutoCloseable {
  private static final int STEPS = 1_000_000;
  private static final String RUN = "million";

  private final WorkFolder work = new WorkFolder();

  MillionEvents() {
    RunFolder folder = new RunStore(work.path()).create(RUN);
    try {
      Files.writeString(folder.scenario(), "{}");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (EventLog log = EventLog.open(folder.events(), RUN)) {
      StageInfo stage = StageInfo.newBuilder().setName("train").setKind("train").build();
      log.append(RunEvent.newBuilder().setRunStarted(RunStarted.newBuilder().addStages(stage)));
      for (int step = 1; step <= STEPS; step++) {
        log.append(RunEvent.newBuilder().setStep(step(step)));
      }
      log.append(
          RunEvent.newBuilder()
              .setRunFinished(RunFinished.newBuilder().setState(RunState.RUN_STATE_SUCCEEDED)));
    }
  }

  private static Step step(int step) {
    return Step.newBuilder()
        .setStep(step)
        .setEpoch(1 + step / 1000)
        .setLoss(1 + Math.sin(step / 1e3))
        .setAccuracy(0.5 + 0.5 * Math.sin(step / 1e4))
        .setLearningRate(0.01)
        .setSamplesPerSecond(1e4)
        .setSparsity(0.5)
        .build();
  }

  /** Seconds from the request for the run's snapshot to its last byte, on a fresh server. */
  double openingSeconds() {
    try (Server server = new Server(work.path(), JvmFineTuner::new)) {
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create(server.gateway.url() + "api/v1/runs/" + RUN + "/snapshot"))
              .build();
      HttpClient client = HttpClient.newHttpClient();
      long start = System.nanoTime();
      HttpResponse<byte[]> snapshot = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      double seconds = (System.nanoTime() - start) / 1e9;
      if (snapshot.statusCode() != 200) {
        throw new IllegalStateException("status " + snapshot.statusCode());
      }
      return seconds;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    work.close();
  }
}
