package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Attribute;
import io.espalier.api.DataType;
import io.espalier.api.FailureCode;
import io.espalier.api.Graph;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import io.espalier.core.BuildOptions;
import io.espalier.core.ModelBuilders;
import io.espalier.core.OnnxFormat;
import io.espalier.proto.onnx.ModelProto;
import io.espalier.proto.onnx.NodeProto;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user gets for input that cannot work: one clear message and a stable exit code. */
class BadInputIT {
  private static final int IMAGES = 0x0803;
  private static final int LABELS = 0x0801;

  @TempDir private Path work;

  private void refused(Invocation invocation, FailureCode code, String... parts) {
    assertThat(invocation.code()).as(invocation.err()).isEqualTo(code.exitCode());
    assertThat(invocation.err()).startsWith("espalier: ").contains(parts);
    assertThat(invocation.err()).doesNotContain("\tat ");
  }

  private Invocation run(String scenario) throws IOException {
    Path file = Files.writeString(work.resolve("scenario.yaml"), scenario);
    return Invocation.of("run", file, "--out", work.resolve("runs"), "--offline");
  }

  private static String quickstart() throws IOException {
    return Files.readString(Distribution.built().quickstart("digits.yaml"));
  }

  private static byte[] soundModel() {
    return new OnnxFormat().bytes(ModelBuilders.build("tutorial-cnn", 1));
  }

  @Test
  void aTruncatedModel() throws Exception {
    byte[] whole = soundModel();
    Path file = work.resolve("cut.onnx");
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));

    refused(Invocation.of("inspect", file), FailureCode.MODEL, "cut.onnx", "truncated");
  }

  @Test
  void aModelThatIsNotThere() {
    refused(Invocation.of("inspect", work.resolve("no.onnx")), FailureCode.IO, "no.onnx");
  }

  @Test
  void aModelWithAnOperatorThatCannotBeTrained() throws Exception {
    Path file = work.resolve("odd.onnx");
    new OnnxFormat().write(withOperator("EyeLike"), file);

    refused(
        run(quickstart().replace("builder: tutorial-cnn", "file: " + file)),
        FailureCode.MODEL,
        "'odd'",
        "EyeLike",
        "Conv",
        "MaxPool");
  }

  /** A flatten, an operator named {@code type} and a dense layer. */
  private static Model withOperator(String type) {
    List<ValueInfo.Dimension> image =
        List.of(
            new ValueInfo.Open("batch"),
            new ValueInfo.Known(1),
            new ValueInfo.Known(28),
            new ValueInfo.Known(28));
    List<ValueInfo.Dimension> logits =
        List.of(new ValueInfo.Open("batch"), new ValueInfo.Known(10));
    Graph graph =
        new Graph(
            "odd-net",
            List.of(
                new Node("flatten", "Flatten", "", List.of("image"), List.of("flat"), Map.of()),
                new Node("odd", type, "", List.of("flat"), List.of("eye"), Map.of()),
                new Node(
                    "dense",
                    "Gemm",
                    "",
                    List.of("eye", "weight"),
                    List.of("logits"),
                    Map.of("transB", new Attribute.Int(1)))),
            List.of(new ValueInfo("image", DataType.FLOAT, image)),
            List.of(new ValueInfo("logits", DataType.FLOAT, logits)),
            Map.of("", 17L));
    return Model.of(graph, List.of(Tensor.ofFloats("weight", Shape.of(10, 784), new float[7_840])));
  }

  private Invocation train(Model model) throws IOException {
    Path file = work.resolve("odd.onnx");
    new OnnxFormat().write(model, file);
    return train(file);
  }

  private Invocation train(Path file) {
    return Invocation.of("train", file, "--dataset", "digits", "--out", work.resolve("runs"));
  }

  @Test
  void aModelWithACycle() throws Exception {
    ModelProto.Builder proto = ModelProto.parseFrom(soundModel()).toBuilder();
    NodeProto.Builder first = proto.getGraphBuilder().getNodeBuilder(0);
    first.setInput(0, proto.getGraph().getNode(proto.getGraph().getNodeCount() - 1).getOutput(0));
    Path file = Files.write(work.resolve("round.onnx"), proto.build().toByteArray());

    refused(train(file), FailureCode.MODEL, "round.onnx", "cycle", "needs '" + first.getName());
  }

  @Test
  void aModelWhoseShapesClash() throws Exception {
    Model sound = withOperator("Relu");
    Tensor narrow = Tensor.ofFloats("weight", Shape.of(10, 700), new float[7_000]);

    refused(
        train(sound.withTensors(List.of(narrow))),
        FailureCode.MODEL,
        "'dense' (Gemm)",
        "784",
        "10x700");
  }

  @Test
  void aModelForImagesOfAnotherSize() throws Exception {
    refused(
        train(ModelBuilders.model("lenet-5").build(1, new BuildOptions(10, 40, 40))),
        FailureCode.DATA,
        "1x28x28",
        "1 x 40 x 40");
  }

  @Test
  void aModelWithAWeightThatIsNoNumber() throws Exception {
    float[] nothing = new float[7_840];
    Arrays.fill(nothing, Float.NaN);
    Tensor weight = Tensor.ofFloats("weight", Shape.of(10, 784), nothing);

    refused(
        train(withOperator("Relu").withTensors(List.of(weight))),
        FailureCode.NUMERIC,
        "'weight'",
        "dense (Gemm)",
        "NaN");
  }

  @Test
  void anIdxFileWithAWrongMagicNumber() throws Exception {
    Path data = idxFolder(0x0d03, (byte) 3);

    refused(
        Invocation.of(
            "demo", "--headless", "--dataset", "mnist", "--data-dir", data, "--out", work),
        FailureCode.DATA,
        "train-images-idx3-ubyte",
        "magic",
        "0x00000803");
  }

  @Test
  void aLabelOutOfRange() throws Exception {
    Path data = idxFolder(IMAGES, (byte) 10);

    refused(
        Invocation.of(
            "demo", "--headless", "--dataset", "mnist", "--data-dir", data, "--out", work),
        FailureCode.DATA,
        "train-labels-idx1-ubyte",
        "label",
        "10");
  }

  /** The four files of one black image each. */
  private Path idxFolder(int magic, byte label) throws IOException {
    Path data = Files.createDirectory(work.resolve("data"));
    for (String part : List.of("train", "t10k")) {
      Files.write(
          data.resolve(part + "-images-idx3-ubyte"),
          ByteBuffer.allocate(16 + 784).putInt(magic).putInt(1).putInt(28).putInt(28).array());
      Files.write(
          data.resolve(part + "-labels-idx1-ubyte"),
          ByteBuffer.allocate(9).putInt(LABELS).putInt(1).put(label).array());
    }
    return data;
  }

  @Test
  void aScenarioWithAnUnknownKey() throws Exception {
    refused(
        run(quickstart().replace("finalSparsity: 0.8", "finalSparsty: 0.8")),
        FailureCode.USAGE,
        "stages[3].scheduler.parameters.finalSparsty",
        "finalSparsity");
  }

  @Test
  void aScheduleThatEndsBeyondTheRun() throws Exception {
    refused(
        run(quickstart().replace("end: 220", "end: 5000")),
        FailureCode.USAGE,
        "scenario.yaml: stages[3].scheduler.parameters.end",
        "5000");
  }

  @Test
  void aScheduleThatNeverFires() throws Exception {
    refused(
        run(quickstart().replace("frequency: 20", "frequency: 1000")),
        FailureCode.USAGE,
        "stages[3].scheduler.parameters.frequency",
        "1000");
  }

  @Test
  void aSparsityOfOne() throws Exception {
    refused(
        run(quickstart().replace("finalSparsity: 0.8", "finalSparsity: 1.0")),
        FailureCode.USAGE,
        "stages[3].scheduler.parameters.finalSparsity",
        "below 1");
  }

  @Test
  void aPortInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();

      refused(
          Invocation.of("serve", "--port", port, "--out", work),
          FailureCode.NETWORK,
          "127.0.0.1:" + port,
          "--port");
    }
  }

  @Test
  void aFolderThatCannotBeWritten() throws Exception {
    Path file = Files.writeString(work.resolve("file"), "in the way");

    refused(
        Invocation.of("demo", "--headless", "--dataset", "digits", "--out", file.resolve("runs")),
        FailureCode.IO,
        file.toString());
  }

  @Test
  void aFileInPlaceOfTheFolderOfRuns() throws Exception {
    Path file = Files.writeString(work.resolve("file"), "in the way");

    refused(
        Invocation.of("serve", "--out", file), FailureCode.USAGE, "--out", file + " is no folder");
  }

  @Test
  void aFolderOfDataThatIsNotThere() {
    refused(
        Invocation.of(
            "demo", "--headless", "--dataset", "digits", "--data-dir", work.resolve("no")),
        FailureCode.USAGE,
        "--data-dir: there is no folder");
  }

  @Test
  void aScenarioThatIsNotThere() {
    refused(
        Invocation.of("run", work.resolve("no.yaml")),
        FailureCode.IO,
        "cannot read the scenario",
        "it does not exist");
  }

  @Test
  void noPatienceWithExtensions() {
    refused(
        Invocation.of("demo", "--headless", "--extension-timeout", 0),
        FailureCode.USAGE,
        "--extension-timeout: 0");
  }

  @Test
  void noSamplesToMeasureOn() throws Exception {
    Path file = Files.write(work.resolve("net.onnx"), soundModel());

    refused(
        Invocation.of("sensitivity", file, "--dataset", "digits", "--samples", 0),
        FailureCode.USAGE,
        "--samples: 0");
  }

  @Test
  void aPlanThatIsNoText() throws Exception {
    Path file = Files.write(work.resolve("net.onnx"), soundModel());

    refused(Invocation.of("apply", file, file), FailureCode.IO, "net.onnx: it is no text in UTF-8");
  }

  @Test
  void anOutputThatIsThereAlready() throws Exception {
    Path file = Files.write(work.resolve("net.onnx"), soundModel());

    for (List<Object> command :
        List.<List<Object>>of(
            List.of("unpack", file, "-o", file),
            List.of("sensitivity", file, "--dataset", "digits", "-o", file),
            List.of("plan", file, "-o", file))) {
      refused(
          Invocation.of(command.toArray()),
          FailureCode.USAGE,
          "net.onnx exists already",
          "--force");
    }
    assertThat(file).hasBinaryContent(soundModel());
  }

  @Test
  void aRunThatIsNotThere() {
    refused(
        Invocation.of("resume", "20260101-000000-none", "--out", work),
        FailureCode.NOT_FOUND,
        "20260101-000000-none");
  }

  @Test
  void anOptionThatIsNotThere() {
    Invocation invocation = Invocation.of("demo", "--headles");

    refused(
        invocation, FailureCode.USAGE, "Unknown option: '--headles'; see 'espalier demo --help'");
    assertThat(invocation.err()).contains("--headless").hasLineCount(2);
  }

  @Test
  void noCommandAtAll() {
    Invocation invocation = Invocation.of();

    assertThat(invocation.code()).isEqualTo(FailureCode.USAGE.exitCode());
    assertThat(invocation.err()).startsWith("Usage: espalier").contains("inspect", "Exit codes:");
  }
}
