package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Tensor;
import io.espalier.core.OnnxFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code espalier train}: a training from the command line. */
class TrainIT {
  @TempDir private Path work;

  private Path model(String name, Object... options) {
    Path file = work.resolve(name + ".onnx");
    List<Object> arguments = new ArrayList<>(List.of("new", name, "-o", file));
    arguments.addAll(Arrays.asList(options));
    Invocation made = Invocation.of(arguments.toArray());
    assertThat(made.code()).as(made.err()).isZero();
    return file;
  }

  private Invocation train(Path model, Object... options) {
    List<Object> arguments =
        new ArrayList<>(
            List.of("train", model, "--dataset", "digits", "--out", work.resolve("runs")));
    arguments.addAll(Arrays.asList(options));
    return Invocation.of(arguments.toArray());
  }

  private static void refused(Invocation invocation, FailureCode code, String... parts) {
    assertThat(invocation.code()).as(invocation.err()).isEqualTo(code.exitCode());
    assertThat(invocation.err()).contains(parts).doesNotContain("\tat ");
  }

  @Test
  void trainsToAFileAsARun() throws Exception {
    Path start = model("tutorial-cnn");
    Path out = work.resolve("trained.onnx");

    Invocation trained =
        train(start, "--epochs", 3, "--learning-rate", "0.01", "-o", out, "--json");

    assertThat(trained.code()).as(trained.err()).isZero();
    JsonNode stage = trained.json().path("stages").path(0);
    assertThat(stage.path("stage").textValue()).isEqualTo("trained");
    assertThat(stage.path("accuracy").doubleValue()).isGreaterThan(0.8);
    assertThat(Files.readAllBytes(out))
        .isEqualTo(Files.readAllBytes(Path.of(stage.path("model").textValue())));
    assertThat(new OnnxFormat().read(out).tensors())
        .hasSameSizeAs(new OnnxFormat().read(start).tensors());
    assertThat(trained.err()).contains("trained model: " + out);
  }

  /** No builder of Espalier's has made it, and it is written in another way. */
  @Test
  void finetunesAModelThatOthersMade() throws Exception {
    finetunes(ForeignOnnx.cnn());
  }

  @Test
  void finetunesAModelThatOthersMadeForOneSample() throws Exception {
    finetunes(ForeignOnnx.cnnOfOneSample());
  }

  private void finetunes(byte[] foreign) throws Exception {
    Path start = Files.write(work.resolve("foreign.onnx"), foreign);
    Path out = work.resolve("trained.onnx");

    Invocation trained = train(start, "--epochs", 3, "-o", out, "--json");

    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.json().path("stages").path(0).path("accuracy").doubleValue())
        .isGreaterThan(0.85);
    Model before = new OnnxFormat().read(start);
    Model after = new OnnxFormat().read(out);
    assertThat(after.graph().nodes()).hasSameSizeAs(before.graph().nodes());
    assertThat(List.of("c1_w", "n1_scale", "n1_mean", "c2_w", "d1_w", "d1_b", "d2_w", "d2_b"))
        .allSatisfy(name -> assertThat(after.tensor(name)).isNotEqualTo(before.tensor(name)));
  }

  @Test
  void takesTheOptionsOfTheDatasetToo() {
    Path start = model("resnet-20");

    Invocation trained =
        train(
            start,
            "--dataset-size",
            32,
            "--dataset-channels=3",
            "--validation-split",
            "0.96",
            "--epochs",
            1,
            "--batch-size",
            16,
            "--json");

    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.json().path("stages")).hasSize(1);
  }

  @Test
  void showsWhatFineTunerAndDatasetTake() {
    Invocation help = Invocation.of("train", "--dataset", "digits", "--help");

    assertThat(help.code()).isZero();
    assertThat(help.out())
        .contains(
            "--epochs",
            "--learning-rate-schedule",
            "--label-smoothing",
            "--dataset-size",
            "default: 0.001")
        .contains("-o, --output");
  }

  @Test
  void takesAnotherFineTunerWithItsOwnOptions() {
    Invocation help = Invocation.of("train", "--fine-tuner=jvm-batch-norm", "--help");

    assertThat(help.out()).contains("--batches").doesNotContain("--epochs");
  }

  @Test
  void estimatesRunningStatisticsWithoutTraining() {
    Path start = model("resnet-20");
    Path out = work.resolve("estimated.onnx");
    Invocation estimated =
        train(
            start,
            "--fine-tuner",
            "jvm-batch-norm",
            "--dataset-size=32",
            "--dataset-channels=3",
            "--batches=3",
            "--batch-size=16",
            "-o",
            out);

    assertThat(estimated.code()).as(estimated.err()).isZero();
    Model before = new OnnxFormat().read(start);
    Model after = new OnnxFormat().read(out);
    List<String> changed =
        before.tensors().values().stream()
            .filter(tensor -> !tensor.equals(after.tensor(tensor.name())))
            .map(Tensor::name)
            .toList();
    assertThat(changed)
        .isNotEmpty()
        .allMatch(name -> name.endsWith("mean") || name.endsWith("variance"));
  }

  @Test
  void namesAnOptionThatIsOutOfItsRange() {
    refused(
        train(work.resolve("any.onnx"), "--epochs", 0),
        FailureCode.USAGE,
        "--epochs",
        "0 is not allowed",
        "at least 1");
  }

  @Test
  void namesAnOptionThatThereIsNot() {
    refused(train(work.resolve("any.onnx"), "--epoch", 1), FailureCode.USAGE, "--epoch");
  }

  @Test
  void namesAFineTunerThatThereIsNot() {
    refused(
        train(work.resolve("any.onnx"), "--fine-tuner", "gpu", "--epochs", 1),
        FailureCode.PLUGIN,
        "'gpu'",
        "jvm");
  }

  @Test
  void namesADatasetThatThereIsNot() {
    refused(
        Invocation.of("train", work.resolve("any.onnx"), "--dataset", "cats", "--epochs", 1),
        FailureCode.PLUGIN,
        "'cats'",
        "digits");
  }

  @Test
  void namesBothShapesWhereSamplesDoNotFit() {
    refused(train(model("resnet-20")), FailureCode.DATA, "digits", "1x28x28", "3 x 32 x 32");
  }

  @Test
  void namesAModelThatIsNotThere() {
    refused(train(work.resolve("no.onnx")), FailureCode.IO, "no.onnx");
  }

  @Test
  void doesNotOverwriteUnasked() throws Exception {
    Path there = Files.writeString(work.resolve("there.onnx"), "mine");

    refused(
        train(work.resolve("any.onnx"), "-o", there), FailureCode.USAGE, "there.onnx", "--force");
    assertThat(there).hasContent("mine");
  }
}
