package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelBuildersTest {
  private static final OnnxFormat ONNX = new OnnxFormat();

  private static Shape logits(Model model, long batch) {
    Shape shape = Shapes.infer(model, batch).get("logits");
    return shape == null ? Shape.of() : shape;
  }

  @Test
  void areListedByName() {
    assertThat(ModelBuilders.names())
        .containsExactly(
            "fashion-cnn",
            "lenet-5",
            "mlp",
            "mobilenet-v2",
            "resnet-18",
            "resnet-18-cifar",
            "resnet-20",
            "resnet-56",
            "tutorial-cnn",
            "vgg-16",
            "vit-tiny");
  }

  @Test
  void knowNoOthers() {
    assertThatThrownBy(() -> ModelBuilders.build("resnet", 1))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.NOT_FOUND))
        .hasMessageContainingAll("'resnet'", "tutorial-cnn", "resnet-18");
  }

  /** The counts of the papers, batch normalisation's running statistics left out. */
  @ParameterizedTest
  @CsvSource({
    "fashion-cnn, 15876874",
    "lenet-5, 61706",
    "mlp, 1863690",
    "mobilenet-v2, 3504872",
    "resnet-18, 11689512",
    "resnet-18-cifar, 11173962",
    "resnet-20, 269722",
    "resnet-56, 853018",
    "tutorial-cnn, 20410",
    "vit-tiny, 5362378"
  })
  void haveTheParametersOfTheirPaper(String name, long parameters) {
    assertThat(TrainableParameters.count(ModelBuilders.build(name, 1))).isEqualTo(parameters);
    assertThat(ModelBuilders.model(name).parameters()).isEqualTo(parameters);
  }

  /** Half a gigabyte, so it is built once. */
  @Test
  void vgg16HasTheParametersAndLogitsOfItsPaper() {
    Model model = ModelBuilders.build("vgg-16", 1);

    assertThat(TrainableParameters.count(model)).isEqualTo(138_357_544);
    assertThat(ModelBuilders.model("vgg-16").parameters()).isEqualTo(138_357_544);
    assertThat(logits(model, 2)).isEqualTo(Shape.of(2, 1000));
  }

  @ParameterizedTest
  @CsvSource({
    "fashion-cnn, 10",
    "lenet-5, 10",
    "mlp, 10",
    "mobilenet-v2, 1000",
    "resnet-18, 1000",
    "resnet-18-cifar, 10",
    "resnet-20, 10",
    "resnet-56, 10",
    "vit-tiny, 10"
  })
  void haveALogitForEachClass(String name, long classes) {
    assertThat(logits(ModelBuilders.build(name, 1), 3)).isEqualTo(Shape.of(3, classes));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fashion-cnn",
        "lenet-5",
        "mlp",
        "mobilenet-v2",
        "resnet-18",
        "resnet-20",
        "resnet-56",
        "tutorial-cnn",
        "vit-tiny"
      })
  void runInOnnxRuntime(String name) throws OrtException {
    Model model = ModelBuilders.build(name, 1);
    int classes = ModelBuilders.model(name).defaults().classes();

    float[] logits = run(model, 2);

    assertThat(logits).hasSize(2 * classes);
    for (float logit : logits) {
      assertThat(logit).isFinite();
    }
    assertThat(logits[0]).isNotEqualTo(logits[1]).isNotEqualTo(logits[classes]);
  }

  /** Runs a model on noise. */
  private static float[] run(Model model, int batch) throws OrtException {
    Shape shape = model.graph().inputs().get(0).shape(batch);
    RandomGenerator random = Seeds.random(1, "pixels");
    float[] pixels = new float[(int) shape.size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(ONNX.bytes(model));
        OnnxTensor image =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(pixels), shape.toArray());
        OrtSession.Result result = session.run(Map.of("image", image))) {
      FloatBuffer found = ((OnnxTensor) result.get("logits").orElseThrow()).getFloatBuffer();
      float[] logits = new float[found.remaining()];
      found.get(logits);
      return logits;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lenet-5", "mobilenet-v2", "resnet-20", "vit-tiny"})
  void areTheSameForTheSameSeedOnly(String name) {
    byte[] bytes = ONNX.bytes(ModelBuilders.build(name, 5));

    assertThat(ONNX.bytes(ModelBuilders.build(name, 5))).isEqualTo(bytes);
    assertThat(ONNX.bytes(ModelBuilders.build(name, 6))).isNotEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "fashion-cnn, 12, 14, 1584901",
    "lenet-5, 32, 32, 61281",
    "mlp, 16, 16, 1317893",
    "mobilenet-v2, 32, 64, 2230277",
    "resnet-18, 64, 64, 11179077",
    "resnet-18-cifar, 16, 24, 11171397",
    "resnet-20, 48, 40, 269397",
    "resnet-56, 32, 32, 852693",
    "tutorial-cnn, 8, 8, 665"
  })
  void takeAnotherNumberOfClassesAndAnotherSize(
      String name, int height, int width, long parameters) {
    BuildOptions options = new BuildOptions(5, height, width);

    Model model = ModelBuilders.model(name).build(1, options);

    assertThat(TrainableParameters.count(model)).isEqualTo(parameters);
    assertThat(logits(model, 2)).isEqualTo(Shape.of(2, 5));
    assertThat(model.graph().inputs().get(0).toString()).endsWith(height + " x " + width);
  }

  /** The paper's images; 28x28 is padded to them. */
  @Test
  void lenet5HasTheSameParametersForBothSizes() {
    BuiltInModel lenet = ModelBuilders.model("lenet-5");
    Model padded = lenet.build(1, lenet.defaults());
    Model paper = lenet.build(1, lenet.defaults().withSize(32, 32));

    assertThat(paper.tensors()).isEqualTo(padded.tensors());
    assertThat(Shapes.infer(paper, 1).get("conv1.out")).isEqualTo(Shape.of(1, 6, 28, 28));
    assertThat(Shapes.infer(padded, 1).get("conv1.out")).isEqualTo(Shape.of(1, 6, 28, 28));
  }

  @Test
  void theTransformerRunsOnAnotherSize() throws OrtException {
    BuildOptions options = new BuildOptions(7, 16, 24);

    assertThat(run(ModelBuilders.model("vit-tiny").build(1, options), 2)).hasSize(2 * 7);
  }

  @Test
  void theTransformerRefusesAnImageThatPatchesDoNotTile() {
    BuiltInModel transformer = ModelBuilders.model("vit-tiny");
    BuildOptions options = transformer.defaults().withSize(32, 30);

    assertThatThrownBy(() -> transformer.build(1, options))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.USAGE))
        .hasMessageContainingAll("vit-tiny", "32x30", "multiples of 4");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 28, 28, classes must be 1 to 1.000.000",
    "1000001, 28, 28, classes must be",
    "10, 0, 28, height must be 1 to 4.096",
    "10, 28, 5000, width must be"
  })
  void refuseOptionsOutOfRange(int classes, int height, int width, String message) {
    assertThatThrownBy(() -> new BuildOptions(classes, height, width))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.USAGE))
        .message()
        .containsPattern(message);
  }
}
