package io.espalier.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Graph;
import io.espalier.api.Horizon;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Parameters;
import io.espalier.api.PruneRequest;
import io.espalier.api.Pruner;
import io.espalier.api.Schedule;
import io.espalier.api.Scheduler;
import io.espalier.api.Selector;
import io.espalier.api.Shape;
import io.espalier.api.Statistics;
import io.espalier.api.Structure;
import io.espalier.api.Tensor;
import io.espalier.runtime.answered.AnsweredExtensions;
import io.espalier.runtime.fake.FakeCatalog;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Extensions that clients of the gateway answer, from the stage's call to the client and back. */
@ExtendWith(VertxExtension.class)
class ExtensionClientsTest {
  private static final String PRUNER = "/api/v1/extensions/pruner/mine";
  private static final String SCHEDULER = "/api/v1/extensions/scheduler/mine";
  private static final Map<String, Object> ONCE = Map.of("attempts", 1, "timeout", 5);

  @TempDir Path root;
  private final HttpClient http = HttpClient.newHttpClient();
  private GatewayFixture fixture;
  private AnsweredExtensions extensions;

  @BeforeEach
  void start(Vertx vertx) {
    fixture = new GatewayFixture(vertx, root);
    extensions = new AnsweredExtensions(new FakeCatalog(), vertx.eventBus());
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + fixture.gateway.port() + path));
  }

  private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body) {
    try {
      return http.send(request, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A registered client, which answers each question on a thread of its own. */
  private final class Client implements AutoCloseable {
    final List<JsonObject> asked = new ArrayList<>();
    final List<Integer> statuses = new ArrayList<>();
    private final InputStream stream;

    Client(String path, Function<JsonObject, HttpRequest.Builder> answer) throws IOException {
      stream =
          send(
                  to(path + "?client=tester").header("Accept", "text/event-stream").build(),
                  HttpResponse.BodyHandlers.ofInputStream())
              .body();
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
      assertThat(lines.readLine()).isEqualTo("event: registered");
      Thread thread =
          new Thread(
              () ->
                  lines
                      .lines()
                      .filter(line -> line.startsWith("data: {\"call\""))
                      .map(line -> new JsonObject(line.substring(6)))
                      .forEach(call -> tell(call, answer)));
      thread.setDaemon(true);
      thread.setUncaughtExceptionHandler((which, closed) -> {});
      thread.start();
    }

    private void tell(JsonObject call, Function<JsonObject, HttpRequest.Builder> answer) {
      asked.add(call);
      statuses.add(
          send(answer.apply(call).build(), HttpResponse.BodyHandlers.discarding()).statusCode());
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }

  private HttpRequest.Builder json(JsonObject call, String path, JsonObject answer) {
    return to(path + "/calls/" + call.getString("call"))
        .POST(HttpRequest.BodyPublishers.ofString(answer.encode()));
  }

  private static JsonObject halves(JsonObject call) {
    JsonArray scores = new JsonArray();
    call.getJsonObject("scoreLayer")
        .getJsonArray("weights")
        .forEach(weight -> scores.add(((Number) weight).doubleValue() / 2));
    return new JsonObject().put("scores", scores);
  }

  /** The scores that the pruner gets for a layer of so many weights: 0, 1, 2 … */
  private float[] scores(int weights, Map<String, Object> parameters) {
    float[] values = new float[weights];
    for (int i = 0; i < weights; i++) {
      values[i] = i;
    }
    Model model =
        Model.of(
            new Graph("one", List.of(), List.of(), List.of(), Map.of()),
            List.of(Tensor.ofFloats("weight", Shape.of(weights, 1), values)));
    Layer layer = new Layer("dense", "Gemm", "weight", Shape.of(weights, 1));
    List<float[]> got = new ArrayList<>();
    Selector selector =
        new Selector() {
          @Override
          public List<Mask> select(
              List<PruneRequest.Target> targets, Function<Layer, float[]> scores) {
            got.add(scores.apply(layer));
            return List.of();
          }

          @Override
          public Mask keepHighest(Layer one, float[] scores, double sparsity) {
            throw new UnsupportedOperationException();
          }
        };
    Pruner pruner = extensions.create(Pruner.class, "bus:mine");
    pruner.plan(
        new PruneRequest(
            model,
            List.of(new PruneRequest.Target(layer, 0.5, Structure.ELEMENTS)),
            Parameters.of(pruner.description(), parameters),
            9,
            selector,
            Statistics.NONE));
    return got.get(0);
  }

  private Schedule schedule() {
    Scheduler scheduler = extensions.create(Scheduler.class, "bus:mine");
    return scheduler.schedule(Parameters.of(scheduler.description(), ONCE), new Horizon(100, 10));
  }

  @Test
  void weightsOfASmallLayerAreListedAndScoresComeBack() throws Exception {
    Client client = new Client(PRUNER, call -> json(call, PRUNER, halves(call)));
    try (client) {
      assertThat(scores(3, Map.of("arguments", "any"))).containsExactly(0f, 0.5f, 1f);

      JsonObject call = client.asked.get(0);
      assertThat(call.getString("arguments")).isEqualTo("any");
      assertThat(call.getJsonObject("scoreLayer").getString("layer")).isEqualTo("dense");
      assertThat(call.getJsonObject("scoreLayer").getDouble("sparsity")).isEqualTo(0.5);
      assertThat(call.getJsonObject("scoreLayer").getJsonArray("dims")).containsExactly(3, 1);
    }
  }

  @Test
  void aLargeLayerIsFetchedAndAnsweredAsBytes() throws Exception {
    int weights = 200_000;
    Function<JsonObject, HttpRequest.Builder> mirror =
        call -> {
          String place = PRUNER + "/calls/" + call.getString("call");
          byte[] bytes =
              send(to(place + "/weights").build(), HttpResponse.BodyHandlers.ofByteArray()).body();
          return to(place)
              .header("Content-Type", "application/octet-stream")
              .POST(HttpRequest.BodyPublishers.ofByteArray(bytes));
        };
    Client client = new Client(PRUNER, mirror);
    try (client) {
      float[] scores = scores(weights, ONCE);

      assertThat(client.asked.get(0).getJsonObject("scoreLayer").getJsonArray("weights")).isEmpty();
      assertThat(scores).hasSize(weights);
      assertThat(scores[weights - 1]).isEqualTo(weights - 1);
    }
  }

  @Test
  void aSchedulerListsItsUpdates() throws Exception {
    JsonArray updates =
        new JsonArray()
            .add(new JsonObject().put("step", 10).put("sparsity", 0.25))
            .add(new JsonObject().put("step", 50).put("sparsity", 0.75));
    JsonObject answer = new JsonObject().put("updates", updates);
    Client client = new Client(SCHEDULER, call -> json(call, SCHEDULER, answer));
    try (client) {
      Schedule schedule = schedule();

      assertThat(client.asked.get(0).getJsonObject("makeSchedule").getInteger("totalSteps"))
          .isEqualTo(100);
      assertThat(schedule.updatesAt(10)).isTrue();
      assertThat(schedule.updatesAt(11)).isFalse();
      assertThat(schedule.sparsityAt(49)).isEqualTo(0.25);
      assertThat(schedule.finalSparsity()).isEqualTo(0.75);
    }
  }

  @Test
  void aScheduleThatCannotBeIsRefused() throws Exception {
    JsonObject late =
        new JsonObject().put("updates", new JsonArray().add(new JsonObject().put("step", 101)));
    Client client = new Client(SCHEDULER, call -> json(call, SCHEDULER, late));
    try (client) {
      assertThatThrownBy(this::schedule)
          .hasMessageContaining("extension.scheduler.mine: client 'tester'")
          .hasMessageContaining("step 101");
    }
    Client silent = new Client(SCHEDULER, call -> json(call, SCHEDULER, new JsonObject()));
    try (silent) {
      assertThatThrownBy(this::schedule).hasMessageContaining("lists no update");
    }
  }

  private void refused(JsonObject answer, String... parts) throws IOException {
    Client client = new Client(PRUNER, call -> json(call, PRUNER, answer));
    try (client) {
      assertThatThrownBy(() -> scores(3, ONCE))
          .isInstanceOfSatisfying(
              EspalierException.class,
              failure -> assertThat(failure.code()).isEqualTo(FailureCode.PLUGIN))
          .hasMessageContaining("extension.pruner.mine: client 'tester'")
          .hasMessageContainingAll(parts);
    }
  }

  @Test
  void tooFewScoresFailNamingExtensionAndClient() throws Exception {
    refused(
        new JsonObject().put("scores", new JsonArray().add(1)),
        "gives 1 scores for the 3 weights of layer 'dense'");
  }

  @Test
  void whatIsNoNumberIsNoScore() throws Exception {
    refused(
        new JsonObject().put("scores", new JsonArray().add(1).add("NaN").add(2)),
        "gives no number as score 1 of layer 'dense'");
  }

  @Test
  void aFailureOfTheClientIsTold() throws Exception {
    refused(new JsonObject().put("failure", "division by zero"), "fails: division by zero");
  }

  @Test
  void whereNobodyAnswersTheFailureSaysWhatToDo() {
    assertThatThrownBy(() -> scores(3, Map.of("attempts", 2)))
        .hasMessageContaining("extension.pruner.mine: no client answers it (asked 2 times)")
        .hasMessageContaining("start the program");
  }

  @Test
  void whoComesWithinTheAttemptsIsAsked() throws Exception {
    List<Client> later = new ArrayList<>();
    fixture.vertx.setTimer(
        300,
        now ->
            new Thread(
                    () -> {
                      try {
                        later.add(new Client(PRUNER, call -> json(call, PRUNER, halves(call))));
                      } catch (IOException e) {
                        throw new UncheckedIOException(e);
                      }
                    })
                .start());

    assertThat(scores(2, Map.of("attempts", 5))).containsExactly(0f, 0.5f);

    later.get(0).close();
  }

  @Test
  void aClientThatDoesNotAnswerInTimeIsNotWaitedFor() throws Exception {
    Client client = new Client(PRUNER, call -> to("/health"));
    try (client) {
      assertThatThrownBy(() -> scores(3, Map.of("attempts", 1, "timeout", 0.2)))
          .hasMessageContaining("no answer within 0.2 s");
    }
  }

  @Test
  void aClientThatGoesAwayFailsItsCallAtOnce() throws Exception {
    List<Client> one = new ArrayList<>();
    Function<JsonObject, HttpRequest.Builder> leave =
        call -> {
          try {
            one.get(0).close();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return to("/health");
        };
    one.add(new Client(PRUNER, leave));

    assertThatThrownBy(() -> scores(3, Map.of("attempts", 1, "timeout", 60)))
        .hasMessageContaining("client 'tester' went away before it answered");
  }

  @Test
  void anExtensionHasOneClientAtATime() throws Exception {
    Client client = new Client(PRUNER, call -> to("/health"));
    try (client) {
      var second = fixture.get(PRUNER, "Accept: text/event-stream");

      assertThat(second.status()).isEqualTo(409);
      assertThat(second.body()).contains("is answered by client").contains("tester");
    }
  }

  @Test
  void otherKindsAndIdsCannotBeRegistered() {
    for (String path : List.of("clusterer/mine", "stage/train", "pruner/Mine", "pruner/a.b")) {
      assertThat(fixture.get("/api/v1/extensions/" + path, "Accept: text/event-stream").status())
          .as(path)
          .isEqualTo(406);
    }
  }

  @Test
  void anAnswerThatNobodyWaitsForIsNotFound() throws Exception {
    assertThat(fixture.post(PRUNER + "/calls/any", "{}").status()).isEqualTo(404);
    Client client = new Client(PRUNER, call -> to("/health"));
    try (client) {
      assertThat(fixture.post(PRUNER + "/calls/any", "{}").body()).contains("it was answered");
      assertThat(fixture.get(PRUNER + "/calls/any/weights").status()).isEqualTo(404);
    }
  }

  @Test
  void tooLargeAnAnswerIsRefused() throws Exception {
    String large = "x".repeat(100_000);
    Client client =
        new Client(PRUNER, call -> json(call, PRUNER, new JsonObject().put("failure", large)));
    try (client) {
      assertThatThrownBy(() -> scores(3, Map.of("attempts", 1, "timeout", 1)))
          .hasMessageContaining("no answer within");
      assertThat(client.statuses).containsExactly(413);
    }
  }
}
