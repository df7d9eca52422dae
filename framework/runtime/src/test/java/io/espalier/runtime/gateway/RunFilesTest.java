package io.espalier.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.runtime.RunFolder;
import io.espalier.runtime.gateway.GatewayFixture.Answer;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class RunFilesTest {
  private static final String SECRET = "secret of another place";

  @TempDir Path root;
  private GatewayFixture fixture;
  private RunFolder folder;

  @BeforeEach
  void start(Vertx vertx) throws IOException {
    fixture = new GatewayFixture(vertx, root.resolve("runs"));
    folder = fixture.runs.run("one");
    Files.writeString(folder.model("pruned"), "bytes of a model");
    Files.writeString(folder.reportHtml(), "<h1>report</h1>");
    Files.writeString(folder.reportMarkdown(), "# report");
    Files.writeString(folder.measurements(), "{}");
    Files.writeString(root.resolve("secret.onnx"), SECRET);
    Files.writeString(root.resolve("runs/secret.onnx"), SECRET);
    Files.writeString(root.resolve("runs/report.md"), SECRET);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private Answer file(String path) {
    return fixture.get("/api/v1/runs/one/files/" + path);
  }

  @Test
  void modelsAreDownloads() {
    Answer answer = file("models/pruned.onnx");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("bytes of a model");
    assertThat(answer.head()).containsIgnoringCase("attachment; filename=\"pruned.onnx\"");
  }

  @Test
  void theReportIsAPageWhoseStyleWorksAndNothingElse() {
    Answer answer = file("report.html");

    assertThat(answer.body()).isEqualTo("<h1>report</h1>");
    assertThat(answer.head())
        .containsIgnoringCase("content-type: text/html")
        .contains("default-src 'none'; style-src 'unsafe-inline'");
  }

  @Test
  void resultsAndScenarioAreThere() {
    assertThat(file("report.md").body()).isEqualTo("# report");
    assertThat(file("measurements.json").head()).containsIgnoringCase("application/json");
    assertThat(file("scenario.json").status()).isEqualTo(200);
    assertThat(file("manifest.json").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "events.log",
        "checkpoints/latest",
        "models/",
        "models",
        "",
        "../secret.onnx",
        "../../secret.onnx",
        "models/../../secret.onnx",
        "models/../../../secret.onnx",
        "%2e%2e/secret.onnx",
        "models/%2e%2e/%2e%2e/secret.onnx",
        "models%2f..%2f..%2fsecret.onnx",
        "models/..%2f..%2fsecret.onnx",
        "models/..%5c..%5csecret.onnx",
        "models/%252e%252e%252fsecret.onnx",
        "models/.hidden.onnx",
        "models/a.onnx%00.onnx",
        "//etc/passwd",
        "models//etc/passwd.onnx"
      })
  void nothingElseIsReached(String path) {
    Answer answer = file(path);

    assertThat(answer.status()).isIn(400, 404);
    assertThat(answer.body()).doesNotContain(SECRET);
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", ".", "%2e%2e", "one%2f..", "..%2fruns%2fone", "one%00", ""})
  void noOtherFolderPassesForARun(String run) {
    Answer answer = fixture.get("/api/v1/runs/" + run + "/files/report.md");

    assertThat(answer.status()).isIn(400, 404);
    assertThat(answer.body()).doesNotContain(SECRET);
  }

  @Test
  void aLinkOutOfTheFolderIsNotFollowed() throws IOException {
    Files.createSymbolicLink(folder.model("link"), root.resolve("secret.onnx"));
    Files.createSymbolicLink(folder.manifest(), root.resolve("secret.onnx").toAbsolutePath());

    assertThat(file("models/link.onnx").status()).isEqualTo(404);
    assertThat(file("manifest.json").status()).isEqualTo(404);
  }

  @Test
  void aLinkedFolderOfModelsIsNotFollowed() throws IOException {
    Files.delete(folder.model("pruned"));
    Files.delete(folder.models());
    Files.createSymbolicLink(folder.models(), root);

    assertThat(file("models/secret.onnx").status()).isEqualTo(404);
  }
}
