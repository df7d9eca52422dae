package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.Model;
import io.espalier.api.ParameterException;
import io.espalier.api.Shape;
import io.espalier.api.StepReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DistillationTest {
  private static final double TEMPERATURE = 3;
  private static final double ALPHA = 0.7;
  private static final int CLASSES = 4;

  private static LossChoice choice(Model teacher, double alpha) {
    return new LossChoice.Distillation(
        new LossChoice.CrossEntropy(), Optional.of(teacher), TEMPERATURE, alpha);
  }

  private static double[] softmax(double[] z, double temperature) {
    double sum = 0;
    double[] p = new double[z.length];
    for (int c = 0; c < z.length; c++) {
      p[c] = Math.exp(z[c] / temperature);
      sum += p[c];
    }
    for (int c = 0; c < z.length; c++) {
      p[c] /= sum;
    }
    return p;
  }

  /** As the definition reads, in double precision. */
  private static double expected(Reference student, Reference teacher, ArrayData data) {
    double loss = 0;
    for (int s = 0; s < data.size(); s++) {
      double[] z = student.logits(data, s);
      double[] p = softmax(z, TEMPERATURE);
      double[] q = softmax(teacher.logits(data, s), TEMPERATURE);
      double apart = 0;
      for (int c = 0; c < CLASSES; c++) {
        apart += q[c] * Math.log(q[c] / p[c]);
      }
      loss -= (1 - ALPHA) * Math.log(softmax(z, 1)[data.label(s)]);
      loss += ALPHA * TEMPERATURE * TEMPERATURE * apart;
    }
    return loss / data.size();
  }

  @Test
  void lossAndGradientsAreThoseOfTheDefinition() {
    Net net = new Net(Shape.of(5), 3).dense(6).relu();
    Model student = net.dense(CLASSES).model();
    Model teacher = new Net(Shape.of(5), 4).dense(9).relu().dense(CLASSES).model();
    ArrayData data = net.data(23, CLASSES);
    ExecutionPlan plan = ExecutionPlan.compile(student);
    Reference reference = new Reference(student);
    Reference taught = new Reference(teacher);
    try (WorkerPool pool = new WorkerPool(2)) {
      Loss loss =
          new Distillation(
              new SoftmaxCrossEntropy(),
              new Teacher(teacher, plan, pool, data, PlainKernels::new),
              TEMPERATURE,
              ALPHA);
      BatchPass pass =
          new BatchPass(
              plan,
              pool,
              data,
              PlainKernels::new,
              plan.layout().weights(student),
              new RunningStatistics(plan.cuts()),
              loss,
              0);
      int[] all = IntStream.range(0, data.size()).toArray();
      pass.train(all, 0, all.length, 0);
      double value = pass.loss();
      assertThat(value / data.size()).isCloseTo(expected(reference, taught, data), within(1e-5));
      for (ParameterSlot slot : plan.layout().slots()) {
        double[] weights = reference.tensor(slot.name());
        for (int i = 0; i < weights.length; i++) {
          double here = weights[i];
          weights[i] = here + 1e-5;
          double above = expected(reference, taught, data);
          weights[i] = here - 1e-5;
          double below = expected(reference, taught, data);
          weights[i] = here;
          double actual = 0;
          for (float[] group : pass.gradients()) {
            actual += group[slot.position(i)];
          }
          assertThat(actual).isCloseTo((above - below) / 2e-5, within(1e-4));
        }
      }
      pass.measure(all, 0, all.length);
      assertThat(pass.loss()).isCloseTo(value, within(1e-9 * value));
    }
  }

  @Test
  void aStudentThatIsItsTeacherHasNoLossAndStays() {
    Model model = Trainings.net(1).classifier(4);
    List<StepReport> reports = new ArrayList<>();
    TrainingOptions options =
        new TrainingOptions(
                1,
                16,
                new OptimizerChoice.Sgd(0, false),
                new LearningRate(0.1, LearningRate.Shape.CONSTANT, 0),
                0,
                0,
                2)
            .with(
                new LossChoice.Distillation(
                    new LossChoice.CrossEntropy(), Optional.empty(), TEMPERATURE, 1));
    Model trained =
        new Trainer("test", options)
            .train(
                Trainings.request(model, Trainings.data(64), Optional.empty()),
                (Trainings.Steps) (report, control) -> reports.add(report));
    assertThat(reports).allSatisfy(r -> assertThat(r.loss()).isCloseTo(0, within(1e-9)));
    assertThat(trained.tensor("w0").toFloatArray())
        .usingComparatorWithPrecision(1e-5f)
        .containsExactly(model.tensor("w0").toFloatArray());
  }

  /** No label is looked at: what is learned comes from the teacher alone. */
  @Test
  void aStudentLearnsFromItsTeacherWithoutLabels() {
    ArrayData data = Trainings.data(300);
    Model teacher = Trainings.train(Trainings.net(1).classifier(4), data, Trainings.ADAM);
    List<StepReport> reports = new ArrayList<>();
    new Trainer("test", Trainings.ADAM.with(choice(teacher, 1)))
        .train(
            Trainings.request(Trainings.normalised(9), data, Optional.empty()),
            (Trainings.Steps) (report, control) -> reports.add(report));
    assertThat(reports.get(reports.size() - 1).accuracy()).isGreaterThan(0.9);
  }

  @Test
  void resumesToTheSameBytesWithTheModelItStartedFromAsTeacher() {
    LossChoice self =
        new LossChoice.Distillation(new LossChoice.CrossEntropy(), Optional.empty(), 2, 0.5);
    Model start = Trainings.constrained(Trainings.net(1).classifier(4));
    ArrayData data = Trainings.data(200);
    Model whole =
        Resuming.assertExact(
            Trainings.ADAM.with(self).with(new Augmentation(1, true)), start, data, 5, 12, 24);
    assertThat(
            Trainings.train(
                start, data, Trainings.threads(1).with(self).with(new Augmentation(1, true))))
        .isEqualTo(whole);
  }

  private static void assertRefused(Model teacher, String... parts) {
    assertThatThrownBy(
            () ->
                Trainings.train(
                    Trainings.net(1).classifier(4),
                    Trainings.data(50),
                    Trainings.ADAM.with(choice(teacher, 0.5))))
        .isInstanceOfSatisfying(
            ParameterException.class, e -> assertThat(e.parameter()).isEqualTo("teacher"))
        .hasMessageContainingAll(parts);
  }

  @Test
  void refusesATeacherOfOtherSamplesOrClassesOrProbabilities() {
    assertRefused(new Net(Shape.of(1, 8, 8), 1).classifier(4), "1x8x8", "1x9x9");
    assertRefused(Trainings.net(1).classifier(7), "7 classes", "4");
    Net net = Trainings.net(1).flatten().dense(4).node("Softmax", List.of(), Map.of());
    assertRefused(net.model(), "Softmax", "logits");
  }

  @Test
  void refusesAStudentThatPutsOutProbabilities() {
    Model student =
        Trainings.net(1).flatten().dense(4).node("Softmax", List.of(), Map.of()).model();
    assertThatThrownBy(
            () ->
                Trainings.train(
                    student,
                    Trainings.data(50),
                    Trainings.ADAM.with(choice(Trainings.net(2).classifier(4), 0.5))))
        .isInstanceOfSatisfying(
            ParameterException.class, e -> assertThat(e.parameter()).isEqualTo("loss"))
        .hasMessageContaining("distillation takes logits");
  }
}
