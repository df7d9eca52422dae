package io.espalier.engine;

import io.espalier.api.Checkpoint;
import io.espalier.api.Dataset;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.FineTuner;
import io.espalier.api.GradientRequest;
import io.espalier.api.GradientStatistics;
import io.espalier.api.Horizon;
import io.espalier.api.Model;
import io.espalier.api.TrainingListener;
import io.espalier.core.Seeds;
import java.util.List;
import java.util.function.Supplier;

/**
 * Trains models for classification: makes a loss between the graph's first output and the labels
 * small.
 *
 * <p>Trained are float initialisers that weigh or shift: operands of Conv, Gemm, MatMul and Add,
 * scale and bias of BatchNormalization, whose running statistics move with the batches. The same
 * request gives the same bytes, whatever the number of threads, on one machine and Java version.
 * Safe for many threads; each training has threads of its own, which end with it.
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
    RunningStatistics running = new RunningStatistics(plan.cuts());
    TrainingState state = new TrainingState(model, plan.layout(), options.optimizer(), running);
    Horizon horizon = data.horizon(options);
    Resumption resumption = new Resumption(id, data, options, horizon);
    ValidationWatch watch = new ValidationWatch(options);
    int done = 0;
    if (request.resumeFrom().isPresent()) {
      done = resumption.restore(request.resumeFrom().get(), state, watch);
    }
    try (WorkerPool pool = new WorkerPool(threads())) {
      BatchPass pass =
          new BatchPass(
              plan,
              pool,
              samples,
              kernels,
              state.weights(),
              running,
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

  /**
   * Estimates the running statistics of all BatchNormalization nodes anew, as averages over some
   * batches of the training samples, and trains nothing. A model without such nodes stays as it is.
   *
   * @param batches how many, at least 1; after the last of an epoch, the samples are shuffled anew
   * @param seed for shuffling and dropout
   * @return the model with new running statistics; weights and constraints are the same to the bit
   * @throws EspalierException with code {@code USAGE} for less than one batch, {@code MODEL},
   *     {@code DATA}, {@code NUMERIC} and {@code CANCELLED} as in training
   */
  public Model reestimate(Model model, Dataset dataset, int batches, long seed) {
    if (batches < 1) {
      throw new EspalierException(
          FailureCode.USAGE,
          "running statistics cannot be estimated from %d batches (allowed: at least 1)"
              .formatted(batches));
    }
    ExecutionPlan plan = ExecutionPlan.compile(model);
    TrainingData data = TrainingData.of(dataset, options);
    TrainingData.requireFits(dataset, plan);
    RunningStatistics running = new RunningStatistics(plan.cuts());
    TrainingState state = new TrainingState(model, plan.layout(), options.optimizer(), running);
    try (WorkerPool pool = new WorkerPool(threads())) {
      BatchPass pass =
          new BatchPass(
              plan,
              pool,
              data.split(),
              kernels,
              state.weights(),
              running,
              Loss.of(options.loss()),
              seed);
      return new Reestimation(data, options, seed).run(pass, state, batches);
    }
  }

  /**
   * Looks at the gradients of some batches; see {@link FineTuner#gradients}. Trains nothing.
   *
   * @param request what to look at; its parameters are not looked at, the options stand for them
   * @throws EspalierException with code {@code PLUGIN} for a query that does not fit the model,
   *     otherwise as in training
   */
  public GradientStatistics gradients(GradientRequest request) {
    ExecutionPlan plan = ExecutionPlan.compile(request.model());
    LossFit.require(options.loss(), request.model());
    TrainingData data = TrainingData.of(request.dataset(), options);
    TrainingData.requireFits(request.dataset(), plan);
    List<GradientTally> tallies =
        request.queries().stream()
            .distinct()
            .map(query -> new GradientTally(query, plan.layout()))
            .toList();
    Model free = Model.of(request.model().graph(), request.model().tensors().values());
    RunningStatistics running = new RunningStatistics(plan.cuts());
    TrainingState state =
        new TrainingState(free, plan.layout(), new OptimizerChoice.Sgd(0, false), running);
    try (WorkerPool pool = new WorkerPool(threads())) {
      BatchPass pass =
          new BatchPass(
              plan,
              pool,
              data.split(),
              kernels,
              state.weights(),
              running,
              Loss.of(options.loss()),
              request.seed());
      return new GradientSurvey(data, request, state, tallies).run(pass, pool);
    }
  }

  private int threads() {
    return options.threads() > 0 ? options.threads() : Runtime.getRuntime().availableProcessors();
  }
}
