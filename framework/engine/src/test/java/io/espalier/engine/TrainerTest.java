package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.Checkpoint;
import io.espalier.api.Codebook;
import io.espalier.api.Edit;
import io.espalier.api.FineTuner;
import io.espalier.api.Graph;
import io.espalier.api.Horizon;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.api.StepReport;
import io.espalier.api.Tensor;
import io.espalier.api.TrainingControl;
import io.espalier.api.TrainingListener;
import io.espalier.api.ValueInfo;
import io.espalier.core.Plans;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrainerTest {
  private static final ArrayData DATA = Trainings.data(300);

  private static Model model() {
    return Trainings.net(1).classifier(4);
  }

  private static Model train(TrainingOptions options, Model model, Trainings.Steps listener) {
    return new Trainer("test", options)
        .train(Trainings.request(model, DATA, Optional.empty()), listener);
  }

  @Test
  void learns() {
    List<StepReport> reports = new ArrayList<>();
    train(Trainings.ADAM, model(), (report, control) -> reports.add(report));
    assertThat(reports).hasSize(3 * 17);
    assertThat(reports.get(50).loss()).isLessThan(reports.get(0).loss() / 4);
    assertThat(reports.get(50).accuracy()).isGreaterThan(0.9);
    assertThat(reports.get(50).step()).isEqualTo(51);
    assertThat(reports.get(50).epoch()).isEqualTo(3);
    assertThat(reports.get(0).learningRate()).isEqualTo(0.005);
    assertThat(reports.get(0).samplesPerSecond()).isPositive();
  }

  @Test
  void learnsWithMomentumDescent() {
    TrainingOptions options =
        new TrainingOptions(
            4,
            16,
            new OptimizerChoice.Sgd(0.9),
            new LearningRate(0.02, LearningRate.Shape.LINEAR, 0),
            0,
            0,
            2);
    List<StepReport> reports = new ArrayList<>();
    train(options, model(), (report, control) -> reports.add(report));
    assertThat(reports.get(reports.size() - 1).loss()).isLessThan(reports.get(0).loss() / 4);
  }

  @Test
  void givesTheSameBytesAgain() {
    Model constrained = Trainings.constrained(model());
    assertThat(Trainings.train(constrained, DATA, Trainings.ADAM))
        .isEqualTo(Trainings.train(constrained, DATA, Trainings.ADAM));
  }

  @Test
  void givesTheSameBytesOnAnyNumberOfThreads() {
    Model constrained = Trainings.constrained(model());
    Model one = Trainings.train(constrained, DATA, Trainings.threads(1));
    assertThat(Trainings.train(constrained, DATA, Trainings.threads(3))).isEqualTo(one);
    assertThat(Trainings.train(constrained, DATA, Trainings.threads(16))).isEqualTo(one);
  }

  @Test
  void givesOtherBytesForAnotherSeed() {
    Model one = Trainings.train(model(), DATA, Trainings.ADAM);
    Model other =
        new Trainer("test", Trainings.ADAM)
            .train(
                new FineTuner.Request(model(), DATA, Trainings.NONE, 8, Optional.empty()),
                (Trainings.Steps) (report, control) -> {});
    assertThat(other.tensors()).isNotEqualTo(one.tensors());
  }

  @Test
  void holdsMasksAfterEveryStep() {
    Model constrained = Trainings.constrained(model());
    Mask mask = Objects.requireNonNull(constrained.masks().get("w0"));
    Model trained =
        train(
            Trainings.ADAM,
            constrained,
            (report, control) -> assertMasked(control.model().tensor("w0"), mask));
    assertMasked(trained.tensor("w0"), mask);
    assertThat(trained.masks()).isEqualTo(constrained.masks());
    assertThat(trained.tensor("w0")).isNotEqualTo(constrained.tensor("w0"));
  }

  private static void assertMasked(Tensor tensor, Mask mask) {
    for (int i = 0; i < mask.size(); i++) {
      if (!mask.keeps(i)) {
        assertThat(Float.floatToRawIntBits(tensor.floats().get(i))).isZero();
      }
    }
  }

  @Test
  void holdsCodebooksAfterEveryStep() {
    Model constrained = Trainings.constrained(model());
    Model trained =
        train(
            Trainings.ADAM,
            constrained,
            (report, control) -> assertShared(control.model(), constrained));
    assertShared(trained, constrained);
    assertThat(codebook(trained).values()).isNotEqualTo(codebook(constrained).values());
  }

  private static Codebook codebook(Model model) {
    return Objects.requireNonNull(model.codebooks().get("w2"));
  }

  private static void assertShared(Model model, Model before) {
    Codebook codebook = codebook(model);
    assertThat(codebook.decode()).isEqualTo(model.tensor("w2"));
    assertThat(codebook.indices()).isEqualTo(codebook(before).indices());
    assertThat(codebook.value(0)).isZero();
    assertMasked(model.tensor("w2"), Objects.requireNonNull(before.masks().get("w2")));
    Set<Integer> values = new HashSet<>();
    for (float weight : model.tensor("w2").toFloatArray()) {
      values.add(Float.floatToRawIntBits(weight));
    }
    assertThat(values).hasSizeLessThanOrEqualTo(codebook.count());
  }

  @Test
  void takesNewConstraintsBetweenSteps() {
    Model start = model();
    Mask mask = Trainings.mask(start.tensor("w2"));
    Plan plan = new Plan("test", List.of(new Edit.MaskWeights(mask)));
    Model trained =
        train(
            Trainings.ADAM,
            start,
            (report, control) -> {
              if (report.step() == 10) {
                control.apply(plan);
                assertMasked(control.model().tensor("w2"), mask);
                assertOptimizerMasked(control.checkpoint(), mask);
              }
              if (report.step() > 10) {
                assertMasked(control.model().tensor("w2"), mask);
              }
            });
    assertThat(trained.masks()).containsEntry("w2", mask);
    assertMasked(trained.tensor("w2"), mask);
  }

  private static void assertOptimizerMasked(Checkpoint checkpoint, Mask mask) {
    assertThat(checkpoint.state()).extracting(Tensor::name).contains("adam.m/w2", "adam.v/w2");
    checkpoint.state().stream()
        .filter(state -> state.name().endsWith("/w2"))
        .forEach(state -> assertMasked(state, mask));
  }

  @Test
  void movesACentroidAlongTheMeanGradient() {
    Model constrained = Trainings.constrained(model());
    TrainingOptions plain = oneStep();
    Model free =
        Model.of(constrained.graph(), constrained.tensors().values()); // the same, unconstrained
    Tensor moved = Trainings.train(free, DATA, plain).tensor("w2");
    float[] tied = codebook(Trainings.train(constrained, DATA, plain)).values();
    double[] sums = new double[tied.length];
    int[] counts = new int[tied.length];
    for (int i = 0; i < moved.size(); i++) {
      sums[codebook(constrained).index(i)] += moved.floats().get(i);
      counts[codebook(constrained).index(i)]++;
    }
    for (int e = 1; e < tied.length; e++) {
      assertThat((double) tied[e]).isCloseTo(sums[e] / counts[e], within(1e-6));
    }
  }

  @Test
  void movesACentroidAlongTheSumOfGradientsOnRequest() {
    Model constrained = Trainings.constrained(model());
    TrainingOptions plain = oneStep();
    float[] before = codebook(constrained).values();
    int[] counts = new int[before.length];
    for (char index : codebook(constrained).indices()) {
      counts[index]++;
    }

    float[] mean = codebook(Trainings.train(constrained, DATA, plain)).values();
    float[] sum =
        codebook(Trainings.train(constrained, DATA, plain.with(GradientAggregation.SUM))).values();

    for (int e = 1; e < before.length; e++) {
      double step = counts[e] * ((double) mean[e] - before[e]);
      assertThat((double) sum[e] - before[e]).isCloseTo(step, within(1e-4 * Math.abs(step) + 1e-5));
    }
  }

  @Test
  void tensorsOfOnePaletteKeepTheSameValues() {
    Model start = model();
    Codebook one = Trainings.codebook(start.tensor("w0"), Optional.empty()).ofPalette("all");
    Codebook other = Trainings.codebook(start.tensor("w2"), Optional.empty()).ofPalette("all");
    Model shared =
        Plans.apply(
            start, new Plan("test", List.of(new Edit.TieWeights(one), new Edit.TieWeights(other))));

    Model trained =
        train(
            Trainings.ADAM.withClipNorm(0.5),
            shared,
            (report, control) -> assertSamePalette(control.model()));

    assertSamePalette(trained);
    assertThat(codebook(trained).values()).isNotEqualTo(other.values());
  }

  private static void assertSamePalette(Model model) {
    Codebook first = Objects.requireNonNull(model.codebooks().get("w0"));
    assertThat(codebook(model).values()).isEqualTo(first.values());
    assertThat(codebook(model).decode()).isEqualTo(model.tensor("w2"));
    assertThat(first.decode()).isEqualTo(model.tensor("w0"));
  }

  private static TrainingOptions oneStep() {
    return new TrainingOptions(
        1,
        300,
        new OptimizerChoice.Sgd(0),
        new LearningRate(0.1, LearningRate.Shape.CONSTANT, 0),
        0,
        0,
        1);
  }

  @Test
  void resumesToTheSameBytes() {
    Model constrained = Trainings.constrained(model());
    List<Checkpoint> checkpoints = new ArrayList<>();
    Model whole =
        train(
            Trainings.ADAM,
            constrained,
            (report, control) -> {
              if (report.step() == 17 || report.step() == 25) {
                checkpoints.add(control.checkpoint());
              }
            });
    for (Checkpoint checkpoint : checkpoints) {
      List<Integer> steps = new ArrayList<>();
      Model resumed =
          new Trainer("test", Trainings.threads(3))
              .train(
                  Trainings.request(constrained, DATA, Optional.of(checkpoint)),
                  (Trainings.Steps) (report, control) -> steps.add(report.step()));
      assertThat(resumed).isEqualTo(whole);
      assertThat(steps).startsWith(checkpoint.step() + 1).endsWith(51);
    }
  }

  @Test
  void stopsWhenToldTo() {
    List<Integer> steps = new ArrayList<>();
    train(
        Trainings.ADAM,
        model(),
        (report, control) -> {
          steps.add(report.step());
          if (report.step() == 5) {
            control.stop();
          }
        });
    assertThat(steps).endsWith(5);
  }

  @Test
  void measuresTheLastSamplesAfterEachEpoch() {
    List<String> told = new ArrayList<>();
    new Trainer("test", Trainings.ADAM)
        .train(
            Trainings.request(model(), DATA, Optional.empty()),
            new TrainingListener() {
              @Override
              public void onBegin(int step, TrainingControl control) {
                told.add("begin " + step);
              }

              @Override
              public void onStep(StepReport report, TrainingControl control) {}

              @Override
              public void onMetric(String subject, String metric, double value, int step) {
                told.add("%s %s %d".formatted(subject, metric, step));
                assertThat(value).isBetween(0.0, 3.0);
              }
            });
    assertThat(told)
        .containsExactly(
            "begin 0",
            "validation loss 17",
            "validation accuracy 17",
            "validation loss 34",
            "validation accuracy 34",
            "validation loss 51",
            "validation accuracy 51");
  }

  @Test
  void tellsItsHorizon() {
    assertThat(new Trainer("test", Trainings.ADAM).horizon(DATA)).isEqualTo(new Horizon(51, 17));
  }

  @Test
  void trainsAGraphWithAFixedBatchOnBatches() {
    Model open = model();
    ValueInfo input = open.graph().inputs().get(0);
    List<ValueInfo.Dimension> dims = new ArrayList<>(input.dims());
    dims.set(0, new ValueInfo.Known(1));
    Graph fixed =
        new Graph(
            "fixed",
            open.graph().nodes(),
            List.of(new ValueInfo(input.name(), input.type(), dims)),
            open.graph().outputs(),
            open.graph().opsets());
    Model trained = Trainings.train(Model.of(fixed, open.tensors().values()), DATA, Trainings.ADAM);
    assertThat(trained.graph()).isEqualTo(fixed);
    assertThat(trained.tensors()).isEqualTo(Trainings.train(open, DATA, Trainings.ADAM).tensors());
  }

  @Test
  void refusesToBeSteeredFromOutside() {
    List<TrainingControl> kept = new ArrayList<>();
    train(Trainings.ADAM, model(), (report, control) -> kept.add(control));
    assertThatThrownBy(() -> kept.get(0).model()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void leavesNoThreadBehind() {
    Trainings.train(model(), DATA, Trainings.threads(5));
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("espalier-engine"));
  }
}
