package io.espalier.engine;

import io.espalier.api.Checkpoint;
import io.espalier.api.Codebook;
import io.espalier.api.Dataset;
import io.espalier.api.Description;
import io.espalier.api.Edit;
import io.espalier.api.FineTuner;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Parameters;
import io.espalier.api.Plan;
import io.espalier.api.Shape;
import io.espalier.api.StepReport;
import io.espalier.api.Tensor;
import io.espalier.api.TrainingControl;
import io.espalier.api.TrainingListener;
import io.espalier.core.Plans;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;

/** Small trainings for tests. */
final class Trainings {
  static final Parameters NONE =
      Parameters.of(new Description("none", "takes none", List.of()), Map.of());
  static final TrainingOptions ADAM =
      new TrainingOptions(
          3,
          16,
          new OptimizerChoice.Adam(),
          new LearningRate(0.01, LearningRate.Shape.COSINE, 2),
          0.01,
          0.1,
          2);

  private Trainings() {}

  /** A network with convolution, pooling and dense layers. */
  static Net net(long seed) {
    return new Net(Shape.of(1, 9, 9), seed)
        .conv(6, 3, 3, true, Net.Window.PLAIN)
        .relu()
        .pool("MaxPool", 2, 2, new Net.Window(2, 2, 1, 1, List.of(0L, 0L, 0L, 0L), 1));
  }

  /** A classifier of four classes with batch normalisation around a residual connection. */
  static Model normalised(long seed) {
    Net net = new Net(Shape.of(1, 9, 9), seed);
    net.conv(6, 3, 3, false, Net.Window.PLAIN);
    String fork = net.normalise().relu().top();
    net.conv(6, 3, 3, false, new Net.Window(1, 1, 1, 1, List.of(1L, 1L, 1L, 1L), 6));
    net.normalise().relu().conv(6, 1, 1, true, Net.Window.PLAIN).normalise().add(fork).relu();
    return net.classifier(4);
  }

  /** Samples that the network can learn: the class is where the bright spot is. */
  static ArrayData data(int count) {
    Random random = new Random(count);
    float[] samples = new float[count * 81];
    int[] labels = new int[count];
    for (int s = 0; s < count; s++) {
      labels[s] = random.nextInt(4);
      for (int i = 0; i < 81; i++) {
        samples[s * 81 + i] = (float) random.nextGaussian() * 0.1f;
      }
      samples[s * 81 + (labels[s] / 2 * 4 + 2) * 9 + labels[s] % 2 * 4 + 2] += 3;
    }
    return new ArrayData(Shape.of(1, 9, 9), 4, samples, labels);
  }

  /** A mask that keeps every third element. */
  static Mask mask(Tensor tensor) {
    Mask.Builder builder = new Mask.Builder(tensor.name(), tensor.shape());
    for (int i = 0; i < tensor.size(); i += 3) {
      builder.keep(i);
    }
    return builder.build();
  }

  /** A codebook of five values and zero, which the elements take that the mask does not keep. */
  static Codebook codebook(Tensor tensor, Optional<Mask> mask) {
    char[] indices = new char[tensor.size()];
    for (int i = 0; i < indices.length; i++) {
      boolean kept = mask.isEmpty() || mask.get().keeps(i);
      indices[i] = (char) (kept ? 1 + i % 5 : 0);
    }
    float[] values = {0, -0.3f, -0.1f, 0.1f, 0.2f, 0.4f};
    return new Codebook(tensor.name(), tensor.shape(), values, indices, OptionalInt.of(0));
  }

  /** A model whose first weight is masked, and whose last is masked and clustered. */
  static Model constrained(Model model) {
    Tensor first = model.tensor("w0");
    Tensor last = model.tensor("w2");
    return Plans.apply(
        model,
        new Plan(
            "test",
            List.of(
                new Edit.MaskWeights(mask(first)),
                new Edit.MaskWeights(mask(last)),
                new Edit.TieWeights(codebook(last, Optional.of(mask(last)))))));
  }

  static FineTuner.Request request(Model model, Dataset data, Optional<Checkpoint> from) {
    return new FineTuner.Request(model, data, NONE, 7, from);
  }

  static Model train(Model model, Dataset data, TrainingOptions options) {
    return new Trainer("test", options)
        .train(request(model, data, Optional.empty()), (Steps) (report, control) -> {});
  }

  static TrainingOptions threads(int threads) {
    return new TrainingOptions(
        ADAM.epochs(),
        ADAM.batchSize(),
        ADAM.optimizer(),
        ADAM.learningRate(),
        ADAM.weightDecay(),
        ADAM.validationSplit(),
        threads);
  }

  /** A listener that only looks at steps. */
  interface Steps extends TrainingListener {
    @Override
    default void onBegin(int step, TrainingControl control) {}

    @Override
    void onStep(StepReport report, TrainingControl control);

    @Override
    default void onMetric(String subject, String metric, double value, int step) {}
  }
}
