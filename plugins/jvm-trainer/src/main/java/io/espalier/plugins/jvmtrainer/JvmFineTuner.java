package io.espalier.plugins.jvmtrainer;

import io.espalier.api.Dataset;
import io.espalier.api.Description;
import io.espalier.api.FineTuner;
import io.espalier.api.GradientRequest;
import io.espalier.api.GradientStatistic;
import io.espalier.api.GradientStatistics;
import io.espalier.api.Horizon;
import io.espalier.api.Model;
import io.espalier.api.Parameter;
import io.espalier.api.Parameters;
import io.espalier.api.ProfileRequest;
import io.espalier.api.TrainingListener;
import io.espalier.api.TrainingProfile;
import io.espalier.engine.GradientAggregation;
import io.espalier.engine.Profiler;
import io.espalier.engine.Trainer;
import io.espalier.engine.TrainingOptions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.pf4j.Extension;

/** Trains on the JVM, on all cores, with the framework's own engine. */
@Extension
public final class JvmFineTuner implements FineTuner {
  static final Parameter<Integer> EPOCHS =
      Parameter.integer("epochs", "passes over the training samples")
          .or(2)
          .atLeast(1)
          .in("epochs")
          .alsoNamed("finetuningEpochs");
  static final Parameter<Integer> BATCH_SIZE =
      Parameter.integer(
              "batchSize", "samples of one optimizer step; an epoch's last may have fewer")
          .or(128)
          .atLeast(1)
          .in("samples")
          .alsoNamed("finetuningBatchSize");
  static final Parameter<String> CLUSTER_GRADIENT_AGGREGATION =
      Parameter.choice(
              "clusterGradientAggregation",
              "how the gradients of weights that share a value become its own: their mean, which"
                  + " learning rates of plain training suit, or their sum",
              "AVG",
              "SUM")
          .or("AVG");
  static final Parameter<Integer> THREADS =
      Parameter.integer(
              "threads",
              "threads that compute; 0 for one per core. The result is the same with any, but for"
                  + " rounding in large networks")
          .or(0)
          .atLeast(0)
          .atMost(1024)
          .in("threads");

  private static final Description DESCRIPTION =
      new Description(
          "jvm",
          "trains on the JVM, on all cores",
          Stream.of(
                  List.of(EPOCHS, BATCH_SIZE),
                  RateSettings.ALL,
                  OptimizerSettings.ALL,
                  LossSettings.ALL,
                  EndingSettings.ALL,
                  AugmentationSettings.ALL,
                  List.of(CLUSTER_GRADIENT_AGGREGATION, THREADS))
              .<Parameter<?>>flatMap(List::stream)
              .toList());

  @Override
  public Description description() {
    return DESCRIPTION;
  }

  @Override
  public Horizon horizon(Dataset dataset, Parameters parameters) {
    return trainer(parameters).horizon(dataset);
  }

  @Override
  public Model fineTune(Request request, TrainingListener listener) {
    return trainer(request.parameters()).train(request, listener);
  }

  @Override
  public Set<GradientStatistic> gradientStatistics() {
    return EnumSet.allOf(GradientStatistic.class);
  }

  @Override
  public GradientStatistics gradients(GradientRequest request) {
    return trainer(request.parameters()).gradients(request);
  }

  @Override
  public TrainingProfile profile(ProfileRequest request) {
    return Profiler.profile(request);
  }

  private static Trainer trainer(Parameters parameters) {
    return new Trainer(
        DESCRIPTION.id(),
        new TrainingOptions(
            parameters.get(EPOCHS),
            parameters.get(BATCH_SIZE),
            OptimizerSettings.choice(parameters),
            RateSettings.choice(parameters),
            parameters.get(OptimizerSettings.WEIGHT_DECAY),
            parameters.get(OptimizerSettings.CLIP_NORM),
            parameters.get(OptimizerSettings.SCALE_SPARSITY),
            LossSettings.choice(parameters),
            EndingSettings.choice(parameters),
            AugmentationSettings.choice(parameters),
            parameters.get(EndingSettings.VALIDATION_SPLIT),
            GradientAggregation.valueOf(parameters.get(CLUSTER_GRADIENT_AGGREGATION)),
            parameters.get(THREADS)));
  }
}
