package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.Model;
import io.espalier.api.ParameterException;
import io.espalier.api.Shape;
import io.espalier.api.StepReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LossTest {
  private static final double STEP = 1e-5;
  private static final double SMOOTHING = 0.15;
  private static final int CLASSES = 4;

  private static Loss loss(LossChoice choice, int classes) {
    return Loss.of(choice, new TrainingData(Trainings.data(8), 8, 0), classes);
  }

  /** A loss as its definition reads, in double precision. */
  private interface Definition {
    double of(double[] outputs, int label);
  }

  private static double[] softmax(double[] z) {
    double sum = Arrays.stream(z).map(Math::exp).sum();
    return Arrays.stream(z).map(v -> Math.exp(v) / sum).toArray();
  }

  private static Definition crossEntropy(double smoothing) {
    return (z, label) -> {
      double[] p = softmax(z);
      double loss = 0;
      for (int c = 0; c < z.length; c++) {
        double target = (c == label ? 1 - smoothing : 0) + smoothing / z.length;
        loss -= target * Math.log(p[c]);
      }
      return loss;
    };
  }

  private static double squared(double[] z, int label) {
    return IntStream.range(0, z.length).mapToDouble(c -> Math.pow(z[c] - target(c, label), 2)).sum()
        / z.length;
  }

  private static double binary(double[] z, int label) {
    double loss = 0;
    for (int c = 0; c < z.length; c++) {
      double p = 1 / (1 + Math.exp(-z[c]));
      loss -= c == label ? Math.log(p) : Math.log(1 - p);
    }
    return loss / z.length;
  }

  private static double target(int c, int label) {
    return c == label ? 1 : 0;
  }

  private static void assertMatches(
      LossChoice choice, Definition definition, double[] outputs, int label, double weight) {
    int classes = outputs.length;
    Loss loss = loss(choice, classes);
    float[] floats = new float[classes + 3];
    for (int c = 0; c < classes; c++) {
      floats[c + 2] = (float) outputs[c];
      outputs[c] = floats[c + 2];
    }
    float[] gradient = new float[classes + 3];
    Arrays.fill(gradient, 9f);
    double expected = definition.of(outputs, label);
    double value = loss.lossAndGradient(floats, 2, classes, label, 0, gradient, (float) weight);
    assertThat(value).isCloseTo(expected, within(1e-6 * (1 + expected)));
    assertThat(loss.loss(floats, 2, classes, label, 0)).isEqualTo(value);
    for (int c = 0; c < classes; c++) {
      double here = outputs[c];
      outputs[c] = here + STEP;
      double above = definition.of(outputs, label);
      outputs[c] = here - STEP;
      double below = definition.of(outputs, label);
      outputs[c] = here;
      double slope = weight * (above - below) / (2 * STEP);
      assertThat((double) gradient[c + 2])
          .isCloseTo(slope, within(1e-4 * (1e-2 + Math.abs(slope))));
    }
    assertThat(gradient[1]).isEqualTo(9f);
    assertThat(gradient[classes + 2]).isEqualTo(9f);
  }

  private static double[] logits(long seed, int classes) {
    Random random = new Random(seed);
    return IntStream.range(0, classes).mapToDouble(c -> 2 * random.nextGaussian()).toArray();
  }

  @Property(tries = 200)
  void gradientsAreThoseOfTheDefinitions(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 12) int classes,
      @ForAll @IntRange(max = 11) int drawn,
      @ForAll @DoubleRange(min = 0.01, max = 1) double weight) {
    int label = drawn % classes;
    double[] z = logits(seed, classes);
    double w = (float) weight;
    assertMatches(new LossChoice.CrossEntropy(), crossEntropy(0), z, label, w);
    assertMatches(new LossChoice.CrossEntropy(SMOOTHING), crossEntropy(SMOOTHING), z, label, w);
    assertMatches(new LossChoice.MeanSquaredError(), LossTest::squared, z, label, w);
    assertMatches(new LossChoice.BinaryCrossEntropy(), LossTest::binary, z, label, w);
  }

  @Property(tries = 100)
  void probabilitiesGiveTheGradientOfLogitsThroughASoftmax(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 12) int classes) {
    double[] z = logits(seed, classes);
    double[] p = softmax(z);
    float[] floats = new float[classes];
    float[] gradient = new float[classes];
    IntStream.range(0, classes).forEach(c -> floats[c] = (float) p[c]);
    int label = (int) Math.floorMod(seed, (long) classes);
    Loss loss = loss(new LossChoice.CrossEntropyFromProbabilities(), classes);
    assertThat(loss.lossAndGradient(floats, 0, classes, label, 0, gradient, 1))
        .isCloseTo(crossEntropy(0).of(z, label), within(1e-5));
    double dot = IntStream.range(0, classes).mapToDouble(c -> gradient[c] * p[c]).sum();
    for (int c = 0; c < classes; c++) {
      assertThat(p[c] * (gradient[c] - dot)).isCloseTo(p[c] - target(c, label), within(1e-5));
    }
  }

  @Test
  void lossesStayFiniteForLargeOutputs() {
    float[] outputs = {10_000, -10_000, 0};
    for (LossChoice choice :
        List.of(
            new LossChoice.CrossEntropy(),
            new LossChoice.CrossEntropy(0.1),
            new LossChoice.CrossEntropyFromProbabilities(),
            new LossChoice.BinaryCrossEntropy())) {
      float[] gradient = new float[3];
      for (int label = 0; label < 3; label++) {
        Loss loss = loss(choice, 3);
        assertThat(loss.lossAndGradient(outputs, 0, 3, label, 0, gradient, 1)).isFinite();
        for (float slope : gradient) {
          assertThat(slope).as("%s", choice).isFinite();
        }
      }
    }
    float[] gradient = new float[3];
    Loss plain = loss(new LossChoice.CrossEntropy(), 3);
    assertThat(plain.lossAndGradient(outputs, 0, 3, 0, 0, gradient, 1)).isZero();
    assertThat(plain.loss(outputs, 0, 3, 1, 0)).isEqualTo(20_000);
    assertThat(gradient).containsExactly(0, 0, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void gradientsOfAWholeNetworkAreThoseOfItsLoss(int which) {
    LossChoice choice =
        List.of(
                new LossChoice.CrossEntropy(SMOOTHING),
                new LossChoice.MeanSquaredError(),
                new LossChoice.BinaryCrossEntropy())
            .get(which);
    Definition definition =
        List.<Definition>of(crossEntropy(SMOOTHING), LossTest::squared, LossTest::binary)
            .get(which);
    Net net = new Net(Shape.of(5), 3).dense(6).relu();
    Model model = net.dense(CLASSES).model();
    ArrayData data = net.data(7, CLASSES);
    ExecutionPlan plan = ExecutionPlan.compile(model);
    TrainingState state = new TrainingState(model, plan.layout(), new OptimizerChoice.Adam());
    Reference reference = new Reference(model);
    try (WorkerPool pool = new WorkerPool(2)) {
      BatchPass pass =
          new BatchPass(
              plan,
              pool,
              data,
              PlainKernels::new,
              state.weights(),
              new RunningStatistics(plan.cuts()),
              loss(choice, CLASSES),
              0);
      pass.train(IntStream.range(0, 7).toArray(), 0, 7, 0);
      assertThat(pass.loss() / 7).isCloseTo(mean(definition, reference, data), within(1e-5));
      for (ParameterSlot slot : plan.layout().slots()) {
        double[] weights = reference.tensor(slot.name());
        for (int i = 0; i < weights.length; i++) {
          double here = weights[i];
          weights[i] = here + STEP;
          double above = mean(definition, reference, data);
          weights[i] = here - STEP;
          double below = mean(definition, reference, data);
          weights[i] = here;
          double actual = 0;
          for (float[] group : pass.gradients()) {
            actual += group[slot.position(i)];
          }
          assertThat(actual).isCloseTo((above - below) / (2 * STEP), within(1e-4));
        }
      }
    }
  }

  private static double mean(Definition definition, Reference reference, ArrayData data) {
    return IntStream.range(0, data.size())
        .mapToDouble(s -> definition.of(reference.logits(data, s), data.label(s)))
        .average()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"smoothed", "squared", "binary"})
  void learns(String loss) {
    LossChoice choice =
        switch (loss) {
          case "smoothed" -> new LossChoice.CrossEntropy(0.1);
          case "squared" -> new LossChoice.MeanSquaredError();
          default -> new LossChoice.BinaryCrossEntropy();
        };
    List<StepReport> reports = new ArrayList<>();
    new Trainer("test", Trainings.ADAM.with(choice))
        .train(
            Trainings.request(
                Trainings.net(1).classifier(4), Trainings.data(300), Optional.empty()),
            (Trainings.Steps) (report, control) -> reports.add(report));
    assertThat(mean(reports.subList(34, 51), StepReport::loss))
        .isLessThan(0.9 * mean(reports.subList(0, 17), StepReport::loss));
    assertThat(mean(reports.subList(34, 51), StepReport::accuracy))
        .isGreaterThan(mean(reports.subList(0, 17), StepReport::accuracy));
  }

  private static double mean(List<StepReport> reports, ToDoubleFunction<StepReport> figure) {
    return reports.stream().mapToDouble(figure).average().orElseThrow();
  }

  private static Model endingIn(String operator) {
    return new Net(Shape.of(3), 1)
        .dense(CLASSES)
        .node(operator, List.of(), Map.of())
        .node("Identity", List.of(), Map.of())
        .model();
  }

  private static void assertRefused(LossChoice choice, Model model, String... parts) {
    assertThatThrownBy(() -> LossFit.require(choice, model))
        .isInstanceOfSatisfying(
            ParameterException.class, e -> assertThat(e.parameter()).isEqualTo("loss"))
        .hasMessageContainingAll(parts);
  }

  @Test
  void refusesLogitLossesOnProbabilities() {
    assertRefused(
        new LossChoice.CrossEntropy(),
        endingIn("Softmax"),
        "logits",
        "'softmax1' (Softmax)",
        "allowed: cross-entropy-from-probabilities, mean-squared-error");
    assertRefused(
        new LossChoice.BinaryCrossEntropy(), endingIn("Sigmoid"), "logits", "mean-squared-error");
    LossFit.require(new LossChoice.CrossEntropyFromProbabilities(), endingIn("Softmax"));
    LossFit.require(new LossChoice.MeanSquaredError(), endingIn("Softmax"));
  }

  @Test
  void refusesProbabilityLossOnLogits() {
    assertRefused(
        new LossChoice.CrossEntropyFromProbabilities(),
        Trainings.net(1).classifier(4),
        "Softmax",
        "(Gemm)",
        "cross-entropy, mean-squared-error");
  }

  @Test
  void refusesBeforeTheFirstStep() {
    assertThatThrownBy(
            () ->
                Trainings.train(
                    Trainings.net(1).classifier(4),
                    Trainings.data(50),
                    Trainings.ADAM.with(new LossChoice.CrossEntropyFromProbabilities())))
        .isInstanceOf(ParameterException.class);
  }
}
