package io.espalier.engine;

import io.espalier.api.Checkpoint;
import io.espalier.api.Dataset;
import io.espalier.api.EspalierException;
import io.espalier.api.FineTuner;
import io.espalier.api.Horizon;
import io.espalier.api.Model;
import io.espalier.api.TrainingListener;
import io.espalier.core.Seeds;
import java.util.function.Supplier;

/**
 * Trains models for classification: makes a loss between the graph's first output and the labels
 * small.
 *
 * <p>Trained are float initialisers that weigh or shift: operands of Conv, Gemm, MatMul and Add.
 * The same request gives the same bytes, whatever the number of threads, on one machine and Java
 * version. Safe for many threads; each training has threads of its own, which end with it.
 */
public final class Trainer {
  private final String id;
  private final TrainingOptions options;
  private final Supplier<Kernels> kernels;

  /**
   * @param id of the fine-tuner that trains, written into its checkpoints
   */
  public Trainer(String id, TrainingOptions options) {
    this(id, options, KernelChoice.fastest());
  }

  Trainer(String id, TrainingOptions options, Supplier<Kernels> kernels) {
    this.id = id;
    this.options = options;
    this.kernels = kernels;
  }

  /**
   * How many steps the options ask for on a data set.
   *
   * @throws EspalierException ({@link io.espalier.api.FailureCode#DATA}) if no sample is left to
   *     train on
   */
  public Horizon horizon(Dataset dataset) {
    return TrainingData.of(dataset, options).horizon(options);
  }

  /**
   * Trains. Everything that can be refused is refused before the first step.
   *
   * @param request what to train on what; its parameters are not looked at, the options stand for
   *     them
   * @throws EspalierException with code
   *     <ul>
   *       <li>{@code MODEL} for an operator that cannot be trained, naming node and operator
   *       <li>{@code DATA} for samples or labels that do not fit the graph
   *       <li>{@code USAGE} for a checkpoint of another training, and for options that the model or
   *           the data rule out, naming the parameter
   *       <li>{@code NUMERIC} for a loss that is not finite, naming the step
   *       <li>{@code CANCELLED} if the thread is interrupted
   *     </ul>
   *
   * @see FineTuner#fineTune
   */
  public Model train(FineTuner.Request request, TrainingListener listener) {
    Model model = request.resumeFrom().map(Checkpoint::model).orElse(request.model());
    ExecutionPlan plan = ExecutionPlan.compile(model);
    LossFit.require(options.loss(), model);
    TrainingData data = TrainingData.of(request.dataset(), options);
    TrainingData.requireFits(request.dataset(), plan);
    AugmentedSplit samples =
        new AugmentedSplit(
            data.split(),
            request.dataset().sample(),
            options.augmentation(),
            Seeds.derive(request.seed(), "augmentation"));
    TrainingState state = new TrainingState(model, plan.layout(), options.optimizer());
    Horizon horizon = data.horizon(options);
    Resumption resumption = new Resumption(id, data, options, horizon);
    ValidationWatch watch = new ValidationWatch(options);
    int done = 0;
    if (request.resumeFrom().isPresent()) {
      done = resumption.restore(request.resumeFrom().get(), state, watch);
    }
    int threads =
        options.threads() > 0 ? options.threads() : Runtime.getRuntime().availableProcessors();
    try (WorkerPool pool = new WorkerPool(threads)) {
      BatchPass pass =
          new BatchPass(
              plan,
              pool,
              samples,
              kernels,
              state.weights(),
              Loss.of(options.loss()),
              request.seed());
      return new TrainingRun(
              options,
              horizon,
              data,
              samples,
              state,
              watch,
              pass,
              pool,
              resumption,
              request.seed(),
              listener)
          .run(done);
    }
  }
}
