package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.core.ContentHash;
import io.espalier.core.ModelBuilders;
import io.espalier.core.OnnxFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NewCommandTest {
  @TempDir private Path work;
  private Path file;

  @BeforeEach
  void chooseAFile() {
    file = work.resolve("net.onnx");
  }

  private Model written() {
    return new OnnxFormat().read(file);
  }

  private static void refused(Invocation invocation, FailureCode code, String... parts) {
    assertThat(invocation.code()).as(invocation.err()).isEqualTo(code.exitCode());
    assertThat(invocation.err()).contains(parts);
  }

  @Test
  void writesTheNetworkOfASeed() {
    Invocation made = Invocation.of("new", "lenet-5", "-o", file, "--seed", 7);

    assertThat(made.code()).as(made.err()).isZero();
    assertThat(made.out())
        .contains(file.toString(), "lenet-5", "seed 7")
        .containsPattern("61.706 parameters")
        .contains("image float batch x 1 x 28 x 28 -> logits float batch x 10");
    assertThat(written()).isEqualTo(ModelBuilders.build("lenet-5", 7));
  }

  @Test
  void takesClassesAndSize() {
    Invocation made =
        Invocation.of(
            "new", "resnet-20", "--output", file, "--classes", 100, "--size", "48x40", "--json");

    assertThat(made.code()).as(made.err()).isZero();
    assertThat(written().graph().inputs()).hasToString("[image float batch x 3 x 48 x 40]");
    assertThat(written().graph().outputs()).hasToString("[logits float batch x 100]");
  }

  @Test
  void answersInJson() {
    Invocation made = Invocation.of("new", "tutorial-cnn", "-o", file, "--json");

    assertThat(made.json().get("model").asText()).isEqualTo(file.toString());
    assertThat(made.json().get("network").asText()).isEqualTo("tutorial-cnn");
    assertThat(made.json().get("seed").asLong()).isEqualTo(1);
    assertThat(made.json().get("parameters").asLong()).isEqualTo(20_410);
    assertThat(made.json().get("sha256").asText()).isEqualTo(ContentHash.sha256(file));
  }

  @Test
  void overwritesNothing() throws Exception {
    Files.writeString(file, "mine");

    refused(
        Invocation.of("new", "lenet-5", "-o", file),
        FailureCode.USAGE,
        file.toString(),
        "exists already",
        "--force");
    assertThat(file).hasContent("mine");
  }

  @Test
  void overwritesWhenForced() throws Exception {
    Files.writeString(file, "old");

    assertThat(Invocation.of("new", "lenet-5", "-o", file, "--force").code()).isZero();
    assertThat(written().graph().name()).isEqualTo("lenet-5");
  }

  @Test
  void listsTheNamesWhenThereIsNoSuchNetwork() {
    refused(
        Invocation.of("new", "lenet", "-o", file),
        FailureCode.NOT_FOUND,
        "'lenet'",
        "lenet-5",
        "mobilenet-v2",
        "vit-tiny");
    assertThat(file).doesNotExist();
  }

  @Test
  void namesAFolderThatIsNotThere() {
    refused(
        Invocation.of("new", "lenet-5", "-o", work.resolve("no/net.onnx")),
        FailureCode.IO,
        "net.onnx",
        "folder does not exist");
  }

  @Test
  void refusesAnImageThatIsTooSmall() {
    refused(
        Invocation.of("new", "lenet-5", "-o", file, "--size", "4x4"),
        FailureCode.USAGE,
        "lenet-5",
        "'conv2'",
        "larger image");
    assertThat(file).doesNotExist();
  }

  @Test
  void refusesClassesOutOfRange() {
    refused(
        Invocation.of("new", "lenet-5", "-o", file, "--classes", 0),
        FailureCode.USAGE,
        "classes must be 1 to");
  }

  @ParameterizedTest
  @ValueSource(strings = {"28", "28x", "28,28", "-1x5", "28x28x3", "99999999999x1"})
  void refusesASizeThatIsNone(String size) {
    refused(
        Invocation.of("new", "lenet-5", "-o", file, "--size=" + size),
        FailureCode.USAGE,
        "--size",
        "'" + size + "' is no size",
        "28x28");
  }

  @Test
  void asksForAFile() {
    refused(Invocation.of("new", "lenet-5"), FailureCode.USAGE, "--output");
  }

  @Test
  void helpListsTheNetworksWithTheirParameters() {
    String help = Invocation.of("new", "--help").out();

    assertThat(help)
        .containsPattern("resnet-18 +11.689.512 +1.000 +224x224 +ResNet-18 for ImageNet")
        .containsPattern("lenet-5 +61.706 +10 +28x28");
    assertThat(help).contains(ModelBuilders.names());
  }

  @Test
  void completionKnowsTheNames() {
    assertThat(Invocation.of("completion").out()).contains("mobilenet-v2", "vit-tiny");
  }
}
