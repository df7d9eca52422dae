package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.Progress;
import io.espalier.runtime.fake.FakeCatalog;
import io.espalier.runtime.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a hostile client may make the server read: nothing outside its folders. */
class ClientFilesTest {
  @TempDir private Path folder;

  private void require(String model, String parameters) {
    String json =
        """
        {"name": "x", "dataset": {"id": "d", "parameters": %s}, "model": {"file": "%s"},
         "stages": [{"name": "test", "kind": "evaluate"}]}
        """
            .formatted(parameters, model);
    new ClientFiles(
            new Espalier.Options(
                folder.resolve("runs"),
                FakeCatalog.plain(),
                folder,
                Optional.of(folder.resolve("data")),
                false,
                Progress.NONE))
        .require(Scenario.parse(json, "the scenario", folder.resolve("runs")));
  }

  private void refused(String model, String parameters, String place) {
    assertThatThrownBy(() -> require(model, parameters))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith(place)
        .hasMessageContaining("is not allowed");
  }

  @Test
  void filesOfRunsAndDataMayBeNamed() {
    assertThatCode(
            () -> require("one/models/a.onnx", "{\"folder\": \"%s/data/x\"}".formatted(folder)))
        .doesNotThrowAnyException();
  }

  @Test
  void otherFilesMayNot() {
    refused("/etc/passwd", "{}", "model.file");
    refused("../../../../../../etc/passwd", "{}", "model.file");
    refused("a.onnx", "{\"folder\": \"/etc\"}", "dataset.parameters.folder");
    refused("a.onnx", "{\"folder\": [\"x\", \"../../../../../etc\"]}", "dataset.parameters.folder");
  }

  @Test
  void theServersOwnFolderIsNotTheirs() {
    refused(Path.of("pom.xml").toAbsolutePath().toString(), "{}", "model.file");
    refused("a.onnx", "{\"file\": \"pom.xml\"}", "dataset.parameters.file");
    assertThatCode(() -> require("a.onnx", "{\"kind\": \"no-such-file\"}"))
        .doesNotThrowAnyException();
  }

  @Test
  void linksLeadNowhereElse() throws IOException {
    Files.createDirectories(folder.resolve("runs"));
    Files.createSymbolicLink(folder.resolve("runs/link"), Path.of("/etc"));

    refused("link/passwd", "{}", "model.file");
  }
}
