package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.runtime.fake.FakeCatalog;
import io.espalier.runtime.fake.Scenarios;
import io.espalier.runtime.gateway.Gateway;
import io.espalier.runtime.gateway.GatewayOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real runtime behind its gateway, and a client that means no good. */
class HostileClientTest {
  @TempDir Path folder;
  private final CountDownLatch hold = new CountDownLatch(1);
  private Espalier espalier;
  private Gateway gateway;

  @BeforeEach
  void start() {
    espalier =
        RunProbe.start(
            folder.resolve("runs"),
            FakeCatalog.withHook(
                step -> {
                  try {
                    hold.await();
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                }));
    gateway = Gateway.open(espalier, GatewayOptions.onPort(0));
  }

  @AfterEach
  void stop() {
    hold.countDown();
    espalier.close();
  }

  private HttpResponse<String> post(String path, JsonObject body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(gateway.url() + "api/v1/" + path))
            .POST(BodyPublishers.ofString(body.encode()))
            .build();
    try {
      return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("no answer", e);
    }
  }

  private JsonObject scenario() throws IOException {
    Path models = Files.createDirectories(folder.resolve("runs/shared"));
    return new JsonObject(Scenarios.of(models, Scenarios.train("train", 8)).toJson());
  }

  private static JsonObject submission(JsonObject scenario) {
    return new JsonObject().put("scenario", scenario.encode());
  }

  @Test
  void filesOutsideTheFoldersAreNotReadWhateverTheRequestSaysOfItself() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret.onnx"), "secret");
    JsonObject scenario = scenario().put("model", new JsonObject().put("file", secret.toString()));

    HttpResponse<String> refused = post("runs", submission(scenario).put("fromClient", false));

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("model.file", "is not allowed");
    assertThat(post("preview", submission(scenario)).statusCode()).isEqualTo(400);
    assertThat(espalier.store().list()).isEmpty();
  }

  @Test
  void aScenarioCannotNameItselfOutOfTheFolderOfRuns() throws IOException {
    JsonObject scenario = scenario().put("name", "../../escaped");

    assertThat(post("runs", submission(scenario)).statusCode()).isIn(200, 400);

    assertThat(folder).isDirectoryNotContaining("glob:**escaped**");
    assertThat(espalier.store().list())
        .allSatisfy(run -> assertThat(run.root().getParent()).isEqualTo(folder.resolve("runs")));
  }

  @Test
  void noMoreRunsThanAllowedAreOpen() throws IOException {
    JsonObject submission = submission(scenario());
    int taken = 0;
    HttpResponse<String> answer = post("runs", submission);
    while (answer.statusCode() == 200 && taken < 100) {
      taken++;
      answer = post("runs", submission);
    }

    assertThat(taken).isBetween(Runs.MOST_WAITING, Runs.MOST_WAITING + 1);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("runs are waiting already");
  }
}
