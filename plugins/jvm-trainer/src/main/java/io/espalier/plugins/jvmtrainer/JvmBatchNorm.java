package io.espalier.plugins.jvmtrainer;

import io.espalier.api.Dataset;
import io.espalier.api.Description;
import io.espalier.api.FineTuner;
import io.espalier.api.Horizon;
import io.espalier.api.Model;
import io.espalier.api.Parameter;
import io.espalier.api.Parameters;
import io.espalier.api.TrainingListener;
import io.espalier.engine.Augmentation;
import io.espalier.engine.Ending;
import io.espalier.engine.GradientAggregation;
import io.espalier.engine.LearningRate;
import io.espalier.engine.LossChoice;
import io.espalier.engine.OptimizerChoice;
import io.espalier.engine.Trainer;
import io.espalier.engine.TrainingOptions;
import java.util.List;
import org.pf4j.Extension;

/**
 * Recovers a model without training: estimates running statistics anew. A step is a batch; its
 * report has the loss that batch statistics give.
 */
@Extension
public final class JvmBatchNorm implements FineTuner {
  static final Parameter<Integer> BATCHES =
      Parameter.integer("batches", "batches over which running statistics are averaged")
          .or(100)
          .atLeast(1)
          .in("batches");
  static final Parameter<Integer> BATCH_SIZE =
      Parameter.integer("batchSize", "samples of a batch; an epoch's last may have fewer")
          .or(128)
          .atLeast(1)
          .in("samples");

  private static final Description DESCRIPTION =
      new Description(
          "jvm-batch-norm",
          "estimates running statistics of batch normalisation anew; no weight changes",
          List.of(BATCHES, BATCH_SIZE, EndingSettings.VALIDATION_SPLIT, JvmFineTuner.THREADS));

  @Override
  public Description description() {
    return DESCRIPTION;
  }

  @Override
  public Horizon horizon(Dataset dataset, Parameters parameters) {
    return trainer(parameters).horizon(dataset, parameters.get(BATCHES));
  }

  @Override
  public Model fineTune(Request request, TrainingListener listener) {
    Parameters parameters = request.parameters();
    return trainer(parameters).reestimate(request, parameters.get(BATCHES), listener);
  }

  private static Trainer trainer(Parameters parameters) {
    return new Trainer(
        DESCRIPTION.id(),
        new TrainingOptions(
            1,
            parameters.get(BATCH_SIZE),
            new OptimizerChoice.Sgd(0),
            new LearningRate(0, LearningRate.Shape.CONSTANT, 0),
            0,
            0,
            0,
            new LossChoice.CrossEntropy(),
            Ending.LAST,
            Augmentation.NONE,
            parameters.get(EndingSettings.VALIDATION_SPLIT),
            GradientAggregation.AVG,
            parameters.get(JvmFineTuner.THREADS)));
  }
}
