package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.proto.onnx.ModelProto;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxFormatTest {
  private final OnnxFormat onnx = new OnnxFormat();
  private final Model model = TutorialCnn.build(5);
  private Path folder = Path.of("");

  @BeforeEach
  void useFolder(@TempDir Path temporary) {
    folder = temporary;
  }

  @Test
  void knowsItsFilesByName() {
    assertThat(onnx.matches(Path.of("a/model.onnx"))).isTrue();
    assertThat(onnx.matches(Path.of("MODEL.ONNX"))).isTrue();
    assertThat(onnx.matches(Path.of("model.onnx.data"))).isFalse();
  }

  @Test
  void readsTheModelItWrote() {
    Path file = folder.resolve("cnn.onnx");
    onnx.write(model, file);

    assertThat(onnx.read(file)).isEqualTo(model);
  }

  @Test
  void writesTheBytesThatItPromises() throws IOException {
    Path file = folder.resolve("cnn.onnx");
    onnx.write(model, file);

    assertThat(Files.readAllBytes(file)).isEqualTo(onnx.bytes(model));
  }

  @Test
  void writesIrVersionEightAndItsName() throws IOException {
    ModelProto proto = ModelProto.parseFrom(onnx.bytes(model));

    assertThat(proto.getIrVersion()).isEqualTo(8);
    assertThat(proto.getProducerName()).isEqualTo("espalier");
    assertThat(proto.getOpsetImport(0).getVersion()).isEqualTo(17);
  }

  @Test
  void writesTheBytesThatTheMessageAsAnObjectHas() throws IOException {
    byte[] bytes = onnx.bytes(model);

    assertThat(ModelProto.parseFrom(bytes).toByteArray()).isEqualTo(bytes);
  }

  @Test
  void writesNoConstraints() {
    Model masked =
        model.withConstraint(Mask.all("conv.weight", model.tensor("conv.weight").shape()));

    assertThat(onnx.bytes(masked)).isEqualTo(onnx.bytes(model));
  }

  @Test
  void replacesAFileAndLeavesNothingElse() throws IOException {
    Path file = Files.writeString(folder.resolve("cnn.onnx"), "old");
    onnx.write(model, file);

    assertThat(onnx.read(file)).isEqualTo(model);
    assertThat(filesInFolder()).containsExactly("cnn.onnx");
  }

  @Test
  void writesIntoNoFolderThatIsMissing() {
    Path file = folder.resolve("missing").resolve("cnn.onnx");

    assertThatThrownBy(() -> onnx.write(model, file))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.IO))
        .hasMessageContainingAll(file.toString(), "folder does not exist");
  }

  @Test
  void writesOverNoFolder() throws IOException {
    Path taken = Files.createDirectory(folder.resolve("cnn.onnx"));

    assertThatThrownBy(() -> onnx.write(model, taken))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("it is a folder");
    assertThat(filesInFolder()).containsExactly("cnn.onnx");
  }

  @Test
  void putsLargeTensorsIntoADataFileAtPageBoundaries() throws IOException {
    Path file = folder.resolve("cnn.onnx");
    new OnnxFormat(1000).write(model, file);

    assertThat(filesInFolder()).containsExactlyInAnyOrder("cnn.onnx", "cnn.onnx.data");
    ModelProto proto = ModelProto.parseFrom(Files.readAllBytes(file));
    assertThat(proto.getGraph().getInitializer(2).getExternalDataList())
        .extracting(e -> e.getKey() + "=" + e.getValue())
        .containsExactly("location=cnn.onnx.data", "offset=0", "length=81120");
    assertThat(proto.getGraph().getInitializer(0).getRawData().size()).isEqualTo(432);
  }

  @Test
  void readsTheModelItWroteWithADataFile() {
    Path file = folder.resolve("cnn.onnx");
    new OnnxFormat(1000).write(model, file);

    assertThat(onnx.read(file)).isEqualTo(model);
  }

  @Test
  void alignsEveryTensorOfADataFile() throws IOException {
    Model two =
        Model.of(
            model.graph(),
            List.of(Graphs.floats("a", 300), Graphs.floats("b", 5000), Graphs.floats("c", 256)));
    Path file = folder.resolve("two.onnx");
    new OnnxFormat(0).write(two, file);

    assertThat(ModelProto.parseFrom(Files.readAllBytes(file)).getGraph().getInitializerList())
        .extracting(t -> t.getExternalData(1).getValue())
        .containsExactly("0", "4096", "24576");
    assertThat(Files.size(folder.resolve("two.onnx.data"))).isEqualTo(24576 + 1024);
  }

  @Test
  void givesNoBytesWhereASecondFileIsNeeded() {
    assertThatThrownBy(() -> new OnnxFormat(1000).bytes(model))
        .isInstanceOf(EspalierException.class)
        .hasMessageContainingAll("81640 bytes", "write it to a file");
  }

  @Test
  void namesAFileThatIsNotThere() {
    Path file = folder.resolve("missing.onnx");

    assertThatThrownBy(() -> onnx.read(file))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.IO))
        .hasMessageContainingAll(file.toString(), "does not exist");
  }

  @Test
  void readsNoFolder() {
    assertThatThrownBy(() -> onnx.read(folder))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.IO))
        .hasMessageContainingAll(folder.toString(), "folder");
  }

  @Test
  void refusesAnEmptyFile() throws IOException {
    Path file = Files.createFile(folder.resolve("empty.onnx"));

    assertRefused(file, "is empty");
  }

  @Test
  void refusesATruncatedFile() throws IOException {
    Path file = folder.resolve("cnn.onnx");
    onnx.write(model, file);
    try (RandomAccessFile half = new RandomAccessFile(file.toFile(), "rw")) {
      half.setLength(half.length() / 2);
    }

    assertRefused(file, "cut short");
  }

  @Test
  void refusesAFileOfAnotherKind() throws IOException {
    Path file = Files.writeString(folder.resolve("text.onnx"), "{\"model\": \"no\"}");

    assertRefused(file, "no ONNX");
  }

  @Test
  void refusesAFileLargerThanAMessageAndSaysWhatToDo() throws IOException {
    Path file = folder.resolve("large.onnx");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 31);
    }

    assertRefused(file, "2147483648 bytes", "external data");
  }

  private void assertRefused(Path file, String... words) {
    assertThatThrownBy(() -> onnx.read(file))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MODEL))
        .hasMessageStartingWith(file.toString())
        .hasMessageContainingAll(words);
  }

  private List<String> filesInFolder() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }
}
