package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.Attribute;
import io.espalier.api.Checkpoint;
import io.espalier.api.DataType;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.core.OnnxFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RefusalTest {
  private static final ArrayData DATA = Trainings.data(100);

  private static Model model() {
    return Trainings.net(1).classifier(4);
  }

  private static void assertFails(FailureCode code, ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(EspalierException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContainingAll(parts);
  }

  @AfterEach
  void clearInterrupt() {
    Thread.interrupted();
  }

  @Test
  void namesAnOperatorThatItCannotTrain() {
    Model model = new Net(Shape.of(1, 9, 9), 1).node("Det", List.of(), Map.of()).model();
    assertFails(
        FailureCode.MODEL,
        () -> Trainings.train(model, DATA, Trainings.ADAM),
        "'det0'",
        "Det",
        "Conv",
        "MaxPool");
  }

  @Test
  void namesAnInputThatIsNoFloat() {
    byte[] file =
        new OnnxText(13)
            .input("pixels", DataType.UINT8, "N", 1, 9, 9)
            .weight("w", 4, 81)
            .nodes("Cast pixels -> x to=1\nFlatten x -> f\nGemm f,w -> y transB=1")
            .file("y");
    Model model = new OnnxFormat().parse(file, "bytes.onnx");
    assertFails(
        FailureCode.MODEL,
        () -> Trainings.train(model, DATA, Trainings.ADAM),
        "'pixels'",
        "uint8",
        "float");
  }

  @Test
  void namesBothShapesWhereSamplesDoNotFit() {
    ArrayData other = new ArrayData(Shape.of(1, 8, 8), 4, new float[640], new int[10]);
    assertFails(
        FailureCode.DATA,
        () -> Trainings.train(model(), other, Trainings.ADAM),
        "1x8x8",
        "1x9x9",
        "'input'");
  }

  @Test
  void namesALabelOutOfRange() {
    int[] labels = DATA.labels().clone();
    labels[41] = 4;
    ArrayData other = new ArrayData(DATA.sample(), 5, DATA.samples(), labels);
    assertFails(
        FailureCode.DATA,
        () -> Trainings.train(model(), other, Trainings.ADAM),
        "train",
        "sample 41",
        "label 4",
        "4 classes");
  }

  @Test
  void refusesToHoldOutEverything() {
    ArrayData two = new ArrayData(DATA.sample(), 4, DATA.samples(), new int[1]);
    assertFails(
        FailureCode.DATA,
        () -> Trainings.train(model(), two, Trainings.ADAM),
        "1 training samples");
  }

  @Test
  void namesStepAndNodeWhereNumbersOverflow() {
    TrainingOptions wild =
        new TrainingOptions(
            3,
            16,
            new OptimizerChoice.Sgd(0.9),
            new LearningRate(1e30, LearningRate.Shape.CONSTANT, 0),
            0,
            0,
            2);
    assertFails(
        FailureCode.NUMERIC, () -> Trainings.train(model(), DATA, wild), "step 2", "gemm4 (Gemm)");
  }

  @Test
  void namesNodeAndTensorThatAreNoNumbersFromTheStart() {
    Model model = model();
    Tensor weight = model.tensor("w0");
    float[] nothing = new float[weight.size()];
    Arrays.fill(nothing, Float.NaN);
    Model broken =
        model.withTensors(List.of(Tensor.ofFloats(weight.name(), weight.shape(), nothing)));
    assertFails(
        FailureCode.NUMERIC,
        () -> Trainings.train(broken, DATA, Trainings.ADAM),
        "'w0'",
        "conv0 (Conv)",
        "NaN",
        "before the first step");
  }

  @Test
  void namesRunningStatisticsThatAreNoNumbersFromTheStart() {
    Model model = Trainings.normalised(1);
    Tensor variance = model.tensor("w4");
    float[] values = variance.toFloatArray();
    values[1] = Float.POSITIVE_INFINITY;
    Model broken =
        model.withTensors(List.of(Tensor.ofFloats(variance.name(), variance.shape(), values)));
    assertFails(
        FailureCode.NUMERIC,
        () -> Trainings.train(broken, DATA, Trainings.ADAM),
        "'w4'",
        "(BatchNormalization)",
        "before the first step");
  }

  @Test
  void namesNodeAndStepWhereWeightsBecomeNoNumbers() {
    ParameterLayout layout = ExecutionPlan.compile(model()).layout();
    TrainingState state = new TrainingState(model(), layout, new OptimizerChoice.Sgd(0));
    float[][] gradients = new float[1][layout.length()];
    gradients[0][layout.slot("w0").orElseThrow().offset()] = Float.NaN;
    try (WorkerPool pool = new WorkerPool(2)) {
      WeightUpdate update = new WeightUpdate(state, pool, 0, 0);
      assertFails(
          FailureCode.NUMERIC,
          () -> {
            for (int step = 1; step <= 16; step++) {
              update.step(gradients, 0.1, step);
            }
          },
          "'w0'",
          "conv0 (Conv)",
          "NaN after step");
    }
  }

  /** Statistics of one number have no variance, but the training goes on. */
  @Test
  void batchesOfOneSampleAreNormalisedToo() {
    Net net = new Net(Shape.of(1, 9, 9), 1);
    net.flatten().dense(8).normalise().relu();
    TrainingOptions single =
        new TrainingOptions(
            1,
            1,
            new OptimizerChoice.Adam(),
            new LearningRate(0.01, LearningRate.Shape.CONSTANT, 0),
            0,
            0,
            2);
    Model trained = Trainings.train(net.classifier(4), Trainings.data(20), single);
    trained
        .tensors()
        .values()
        .forEach(
            tensor -> {
              for (float value : tensor.toFloatArray()) {
                assertThat(value).as(tensor.name()).isFinite();
              }
            });
  }

  @Test
  void saysWhenSamplesAreNotFinite() {
    float[] samples = DATA.samples().clone();
    samples[5000] = Float.NaN;
    ArrayData broken = new ArrayData(DATA.sample(), 4, samples, DATA.labels());
    assertFails(
        FailureCode.NUMERIC,
        () -> Trainings.train(model(), broken, Trainings.ADAM),
        "samples themselves");
  }

  @Test
  void endsWhenInterrupted() {
    assertFails(
        FailureCode.CANCELLED,
        () ->
            new Trainer("test", Trainings.ADAM)
                .train(
                    Trainings.request(model(), DATA, Optional.empty()),
                    (Trainings.Steps)
                        (report, control) -> {
                          if (report.step() == 3) {
                            Thread.currentThread().interrupt();
                          }
                        }),
        "step 3");
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("espalier-engine"));
  }

  @Test
  void refusesACheckpointOfAnotherTraining() {
    List<Checkpoint> checkpoints = new ArrayList<>();
    new Trainer("test", Trainings.ADAM)
        .train(
            Trainings.request(model(), DATA, Optional.empty()),
            (Trainings.Steps)
                (report, control) -> {
                  checkpoints.add(control.checkpoint());
                  control.stop();
                });
    assertFails(
        FailureCode.USAGE,
        () ->
            new Trainer("other", Trainings.ADAM)
                .train(
                    Trainings.request(model(), DATA, Optional.of(checkpoints.get(0))),
                    (Trainings.Steps) (report, control) -> {}),
        "'test'",
        "'other'");
    assertFails(
        FailureCode.USAGE,
        () ->
            new Trainer("test", Trainings.ADAM)
                .train(
                    Trainings.request(model(), Trainings.data(90), Optional.of(checkpoints.get(0))),
                    (Trainings.Steps) (report, control) -> {}),
        "samples");
  }

  @Test
  void refusesReshapesThatMixSamples() {
    Net net = new Net(Shape.of(1, 9, 9), 1);
    String shape = net.tensor(Tensor.ofLongs("shape", Shape.of(2), -1, 9));
    Model model =
        net.node("Reshape", List.of(shape), Map.of())
            .node("Gemm", List.of(net.weights(4, 9)), Map.of("transB", new Attribute.Int(1)))
            .model();
    assertFails(
        FailureCode.MODEL,
        () -> Trainings.train(model, DATA, Trainings.ADAM),
        "samples along the first axis");
  }
}
