package io.espalier.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Clients that want to leave something. */
@ExtendWith(VertxExtension.class)
class UploadApiTest {
  private static final int MOST = 1_000;

  @TempDir Path root;

  private GatewayFixture accepting(Vertx vertx) {
    return new GatewayFixture(
        vertx,
        root.resolve("runs"),
        new GatewayUploads(
            Optional.of(root.resolve("models")), Optional.of(root.resolve("plugins")), MOST));
  }

  private long files() throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile).count();
    }
  }

  @Test
  void modelsAndPluginsAreRefusedUnlessAllowed(Vertx vertx) throws IOException {
    try (GatewayFixture fixture = new GatewayFixture(vertx, root)) {
      GatewayFixture.Answer model = fixture.put("/api/v1/models/a.onnx", "bytes");
      GatewayFixture.Answer plugin = fixture.put("/api/v1/plugins/a.jar", "bytes");

      assertThat(model.status()).isEqualTo(403);
      assertThat(model.body()).contains("takes no models", "--accept-models");
      assertThat(plugin.status()).isEqualTo(403);
      assertThat(plugin.body()).contains("takes no plugins", "--accept-plugins");
      assertThat(fixture.get("/api/v1/uploads").body())
          .contains("\"models\":false", "\"plugins\":false", "\"modelFiles\":[]");
      assertThat(files()).isZero();
    }
  }

  @Test
  void whatIsTakenIsToldWithTheModelsThatAreThere(Vertx vertx) {
    try (GatewayFixture fixture = accepting(vertx)) {
      assertThat(fixture.get("/api/v1/uploads").body()).contains("\"modelFiles\":[]");
      fixture.put("/api/v1/models/b.onnx", "model");
      fixture.put("/api/v1/models/a.onnx", "model");

      assertThat(fixture.get("/api/v1/uploads").body())
          .contains("\"models\":true", "\"plugins\":true", "\"mostBytes\":" + MOST)
          .containsSubsequence("models/a.onnx", "models/b.onnx");
    }
  }

  @Test
  void whatIsAllowedIsKeptWholeUnderItsName(Vertx vertx) throws IOException {
    try (GatewayFixture fixture = accepting(vertx)) {
      GatewayFixture.Answer model = fixture.put("/api/v1/models/a.onnx", "model");
      fixture.put("/api/v1/plugins/a.jar", "jar");
      fixture.put("/api/v1/plugins/a.jar", "newer jar");

      assertThat(model.status()).isEqualTo(201);
      assertThat(model.body()).contains(root.resolve("models/a.onnx").toString());
      assertThat(root.resolve("models/a.onnx")).hasContent("model");
      assertThat(root.resolve("plugins/a.jar")).hasContent("newer jar");
      assertThat(files()).isEqualTo(2);
    }
  }

  @Test
  void noModelIsOverwritten(Vertx vertx) {
    try (GatewayFixture fixture = accepting(vertx)) {
      fixture.put("/api/v1/models/a.onnx", "first");

      GatewayFixture.Answer second = fixture.put("/api/v1/models/a.onnx", "second");

      assertThat(second.status()).isEqualTo(400);
      assertThat(second.body()).contains("already");
      assertThat(root.resolve("models/a.onnx")).hasContent("first");
    }
  }

  @Test
  void whatIsTooLargeIsRefusedAndNothingOfItStays(Vertx vertx) throws IOException {
    try (GatewayFixture fixture = accepting(vertx)) {
      String large = "x".repeat(MOST + 1);
      String chunked = Integer.toHexString(large.length()) + "\r\n" + large + "\r\n0\r\n\r\n";

      assertThat(fixture.put("/api/v1/models/a.onnx", large).status()).isEqualTo(413);
      assertThat(fixture.chunked("/api/v1/models/a.onnx", chunked).status()).isEqualTo(413);
      assertThat(fixture.put("/api/v1/models/b.onnx", "x".repeat(MOST)).status()).isEqualTo(201);
      assertThat(root.resolve("models/a.onnx")).doesNotExist();
    }
    assertThat(files()).isEqualTo(1);
  }

  @Test
  void onlyPlainNamesOfTheRightKindAreTaken(Vertx vertx) throws IOException {
    try (GatewayFixture fixture = accepting(vertx)) {
      for (String name :
          new String[] {
            "..%2fescaped.onnx",
            "%2e%2e%2fescaped.onnx",
            ".hidden.onnx",
            "a.jar",
            "a%00.onnx",
            "..%5cescaped.onnx",
            "%2ftmp%2fescaped.onnx",
            "a.onnx%2f..%2f..%2fb.onnx"
          }) {
        assertThat(fixture.put("/api/v1/models/" + name, "bytes").status()).as(name).isIn(400, 404);
      }
      assertThat(fixture.put("/api/v1/models/../../escaped.onnx", "bytes").status())
          .isIn(400, 404, 405);
      assertThat(files()).isZero();
    }
  }
}
