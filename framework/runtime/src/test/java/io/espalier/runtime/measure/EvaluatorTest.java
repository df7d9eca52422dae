package io.espalier.runtime.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Shape;
import io.espalier.core.OnnxFormat;
import io.espalier.core.TutorialCnn;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluatorTest {
  private static final float[][] IDENTITY = {{1, 0}, {0, 1}};
  private static final float[][] SAMPLES = {{2, 0}, {0, 1}, {3, 0}};

  @TempDir Path folder;

  private static ArrayDataset dataset(float[][] samples, int... labels) {
    return new ArrayDataset("tiny", 2, Shape.of(samples[0].length), samples, labels);
  }

  @Test
  void accuracyLossAndConfusionAreThoseComputedByHand() {
    byte[] model = TinyOnnx.gemm(IDENTITY, 0, 0);

    Evaluation evaluation = Evaluator.evaluate(model, dataset(SAMPLES, 0, 1, 1).test(), 2);

    // The scores are the samples: -log softmax of the label, by sample.
    double loss =
        (Math.log(1 + Math.exp(-2)) + Math.log(1 + Math.exp(-1)) + Math.log(1 + Math.exp(3))) / 3;
    assertThat(evaluation.samples()).isEqualTo(3);
    assertThat(evaluation.accuracy()).isEqualTo(2 / 3.0);
    assertThat(evaluation.loss()).isCloseTo(loss, within(1e-6));
    assertThat(evaluation.confusion().rows()).isEqualTo(List.of(List.of(1, 0), List.of(1, 1)));
  }

  @Test
  void ofEqualScoresTheFirstClassCounts() {
    byte[] model = TinyOnnx.gemm(new float[][] {{0, 0}, {0, 0}}, 1, 1);

    Evaluation evaluation = Evaluator.evaluate(model, dataset(SAMPLES, 0, 0, 1).test(), 2);

    assertThat(evaluation.confusion().count(1, 0)).isEqualTo(1);
    assertThat(evaluation.accuracy()).isEqualTo(2 / 3.0);
  }

  @Test
  void hugeScoresGiveAFiniteLoss() {
    byte[] model = TinyOnnx.gemm(new float[][] {{1e30f, 0}, {0, 1e30f}}, 0, 0);

    Evaluation evaluation = Evaluator.evaluate(model, dataset(SAMPLES, 0, 1, 0).test(), 2);

    assertThat(evaluation.loss()).isZero();
  }

  @Test
  void aModelWithABatchOfItsOwnCountsEverySampleOnce() {
    byte[] model = TinyOnnx.gemm(2, IDENTITY, 0, 0);

    Evaluation evaluation = Evaluator.evaluate(model, dataset(SAMPLES, 0, 1, 1).test(), 2);

    assertThat(evaluation.samples()).isEqualTo(3);
    assertThat(evaluation.accuracy()).isEqualTo(2 / 3.0);
  }

  @Test
  void manyBatchesGiveTheSameAsOne() {
    float[][] samples = new float[1000][];
    int[] labels = new int[samples.length];
    int right = 0;
    for (int i = 0; i < samples.length; i++) {
      samples[i] = new float[] {i % 7, i % 5};
      labels[i] = i % 2;
      right += (i % 7 >= i % 5 ? 0 : 1) == labels[i] ? 1 : 0;
    }

    Evaluation evaluation =
        Evaluator.evaluate(TinyOnnx.gemm(IDENTITY, 0, 0), dataset(samples, labels).test(), 2);

    assertThat(evaluation.accuracy()).isEqualTo(right / 1000.0);
  }

  @Test
  void openExtentsTakeTheShapeOfTheDatasetsSamples() {
    Path file = TinyOnnx.write(folder.resolve("pool.onnx"), TinyOnnx.pooling(2));
    float[][] samples = {{1, 1, 0, 0}, {0, 0, 1, 1}};
    ArrayDataset data = new ArrayDataset("tiny", 2, Shape.of(2, 1, 2), samples, 0, 1);

    assertThat(Evaluator.evaluate(file, data).accuracy()).isEqualTo(1);
  }

  @Test
  void theTutorialNetworkIsEvaluated() {
    byte[] model = new OnnxFormat().bytes(TutorialCnn.build(1));
    float[][] samples = new float[3][28 * 28];
    ArrayDataset data = new ArrayDataset("blank", 10, Shape.of(1, 28, 28), samples, 0, 1, 2);

    Evaluation evaluation = Evaluator.evaluate(model, data.test(), 10);

    // A blank picture meets zero biases: all scores are 0, so the loss is that of a guess.
    assertThat(evaluation.loss()).isCloseTo(Math.log(10), within(1e-6));
    assertThat(evaluation.confusion().classes()).isEqualTo(10);
    assertThat(evaluation.confusion().samples(1)).isEqualTo(1);
  }

  @Test
  void samplesWithTooManyValuesAreRefused() {
    float[][] samples = {{1, 2, 3}};

    refused(
        () -> Evaluator.evaluate(TinyOnnx.gemm(IDENTITY, 0, 0), dataset(samples, 0).test(), 2),
        FailureCode.DATA,
        "a sample has more values than the 2 that input 'x' (any x 2)");
  }

  @Test
  void samplesWithTooFewValuesAreRefused() {
    float[][] samples = {{1}};

    refused(
        () -> Evaluator.evaluate(TinyOnnx.gemm(IDENTITY, 0, 0), dataset(samples, 0).test(), 2),
        FailureCode.DATA,
        "fewer");
  }

  @Test
  void samplesOfAnotherShapeAreRefusedEvenIfTheSizeFits() {
    Path file = TinyOnnx.write(folder.resolve("a.onnx"), TinyOnnx.gemm(IDENTITY, 0, 0));
    ArrayDataset data = new ArrayDataset("tiny", 2, Shape.of(1, 2), SAMPLES, 0, 1, 1);

    refused(() -> Evaluator.evaluate(file, data), FailureCode.DATA, "samples of shape 1x2");
  }

  @Test
  void aLabelOutOfRangeIsRefused() {
    refused(
        () ->
            Evaluator.evaluate(TinyOnnx.gemm(IDENTITY, 0, 0), dataset(SAMPLES, 0, 1, 2).test(), 2),
        FailureCode.DATA,
        "sample 2 has label 2; with 2 classes labels run from 0 to 1");
  }

  @Test
  void anotherNumberOfScoresThanClassesIsRefused() {
    refused(
        () ->
            Evaluator.evaluate(TinyOnnx.gemm(IDENTITY, 0, 0), dataset(SAMPLES, 0, 1, 1).test(), 3),
        FailureCode.DATA,
        "3 classes");
  }

  @Test
  void whatOnnxRuntimeRefusesIsAModelFailureWithItsMessage() {
    refused(
        () -> Evaluator.evaluate(new byte[] {1, 2, 3}, dataset(SAMPLES, 0, 1, 1).test(), 2),
        FailureCode.MODEL,
        "ONNX Runtime refuses the model: ");
  }

  @Test
  void nanScoresAreRefused() {
    byte[] model = TinyOnnx.gemm(new float[][] {{Float.NaN, 0}, {0, 1}}, 0, 0);

    refused(
        () -> Evaluator.evaluate(model, dataset(SAMPLES, 0, 1, 1).test(), 2),
        FailureCode.NUMERIC,
        "gives NaN for sample 0");
  }

  private static void refused(ThrowingCallable call, FailureCode code, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((EspalierException) e).code())
        .isEqualTo(code);
  }
}
