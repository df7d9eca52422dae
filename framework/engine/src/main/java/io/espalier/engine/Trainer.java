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
import io.espalier.api.ParameterException;
import io.espalier.api.TrainingListener;
import io.espalier.core.Seeds;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Trains models for classification: makes a loss between the graph's first output and the labels
 * small.
 *
 * <p>Trained are float initialisers that weigh or shift: operands of Conv, Gemm, MatMul and Add,
 * scale and bias of BatchNormalization, whose running statistics move with the batches. The same
 * request gives the same bytes with the same number of threads, on one machine and Java version;
 * networks of up to a million gradients per group of a batch, with any number. A resumed training
 * keeps the groups that it began with. Safe for many threads; each training has threads of its own,
 * which end with it.
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
   *       <li>{@code NUMERIC} for a loss or weights that are not finite, naming step and node
   *       <li>{@code CANCELLED} if the thread is interrupted
   *     </ul>
   *
   * @see FineTuner#fineTune
   */
  public Model train(FineTuner.Request request, TrainingListener listener) {
    LossFit.require(options.loss(), request.model());
    requireScales(request.model());
    TrainingData data = TrainingData.of(request.dataset(), options);
    return run(request, data, data.horizon(options), options, true, listener);
  }

  private void requireScales(Model model) {
    if (options.scaleSparsity() > 0
        && model.graph().nodes().stream()
            .noneMatch(node -> node.type().equals("BatchNormalization"))) {
      throw new ParameterException(
          "scaleSparsity",
          "%s is not allowed, since graph '%s' has no BatchNormalization whose scales could shrink (allowed: 0)"
              .formatted(options.scaleSparsity(), model.graph().name()));
    }
  }

  /**
   * How many steps {@link #reestimate} makes: one for each batch.
   *
   * @throws EspalierException with code {@code USAGE} for less than one batch, {@code DATA} if no
   *     sample is left
   */
  public Horizon horizon(Dataset dataset, int batches) {
    if (batches < 1) {
      throw new EspalierException(
          FailureCode.USAGE,
          "running statistics cannot be estimated from %d batches (allowed: at least 1)"
              .formatted(batches));
    }
    return new Horizon(batches, TrainingData.of(dataset, options).horizon(options).stepsPerEpoch());
  }

  /**
   * Estimates the running statistics of all BatchNormalization nodes anew, as averages over some
   * batches of the training samples in which each counts alike, and trains nothing: pruned or
   * clustered weights give other activations than those that the statistics were gathered from. The
   * batches are those of a training with the same seed, and run forward as in training.
   *
   * @param batches how many, at least 1
   * @return the model with new running statistics; weights and constraints are the same to the bit
   * @throws EspalierException with code {@code MODEL} if there is no such node, otherwise as in
   *     training
   */
  public Model reestimate(FineTuner.Request request, int batches, TrainingListener listener) {
    Horizon horizon = horizon(request.dataset(), batches);
    TrainingOptions measured = options.with(LossFit.natural(request.model()));
    TrainingData data = TrainingData.of(request.dataset(), measured);
    return run(request, data, horizon, measured, false, listener);
  }

  private Model run(
      FineTuner.Request request,
      TrainingData data,
      Horizon horizon,
      TrainingOptions how,
      boolean trains,
      TrainingListener listener) {
    Model model = request.resumeFrom().map(Checkpoint::model).orElse(request.model());
    ExecutionPlan plan = TrainingData.compile(model, request.dataset());
    if (!trains && plan.cuts().channels() == 0) {
      throw new EspalierException(
          FailureCode.MODEL,
          "graph '%s' has no BatchNormalization node whose statistics could be estimated"
              .formatted(model.graph().name()));
    }
    AugmentedSplit samples =
        new AugmentedSplit(
            data.split(),
            request.dataset().sample(),
            how.augmentation(),
            Seeds.derive(request.seed(), "augmentation"));
    RunningStatistics running = new RunningStatistics(plan.cuts());
    TrainingState state =
        new TrainingState(model, plan.layout(), how.optimizer(), running, how.aggregation());
    int groups = Resumption.groups(plan, threads(), request.resumeFrom());
    Resumption resumption = new Resumption(id, data, how, horizon, groups);
    ValidationWatch watch = new ValidationWatch(how);
    int done = 0;
    if (request.resumeFrom().isPresent()) {
      done = resumption.restore(request.resumeFrom().get(), state, watch);
    }
    state.requireFinite(done);
    try (WorkerPool pool = new WorkerPool(threads())) {
      BatchPass pass =
          new BatchPass(
              plan,
              pool,
              samples,
              kernels,
              state.weights(),
              running,
              loss(how.loss(), request.model(), plan, data, samples, pool),
              groups,
              request.seed());
      Optional<WeightUpdate> update =
          trains
              ? Optional.of(
                  new WeightUpdate(
                      state, pool, how.weightDecay(), how.clipNorm(), how.scaleSparsity()))
              : Optional.empty();
      return new TrainingRun(
              how,
              horizon,
              data,
              samples,
              state,
              watch,
              pass,
              update,
              resumption,
              request.seed(),
              listener)
          .run(done);
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
    ExecutionPlan plan = TrainingData.compile(request.model(), request.dataset());
    LossFit.require(options.loss(), request.model());
    TrainingData data = TrainingData.of(request.dataset(), options);
    List<GradientTally> tallies =
        request.queries().stream()
            .distinct()
            .map(query -> new GradientTally(query, plan.layout()))
            .toList();
    Model free = Model.of(request.model().graph(), request.model().tensors().values());
    RunningStatistics running = new RunningStatistics(plan.cuts());
    TrainingState state =
        new TrainingState(free, plan.layout(), new OptimizerChoice.Sgd(0, false), running);
    state.requireFinite(0);
    try (WorkerPool pool = new WorkerPool(threads())) {
      BatchPass pass =
          new BatchPass(
              plan,
              pool,
              data.split(),
              kernels,
              state.weights(),
              running,
              loss(options.loss(), request.model(), plan, data, data.split(), pool),
              request.seed());
      return new GradientSurvey(data, request, state, tallies).run(pass, pool);
    }
  }

  /**
   * @param start what the training starts from, or started from if it resumes
   */
  private Loss loss(
      LossChoice choice,
      Model start,
      ExecutionPlan plan,
      TrainingData data,
      Dataset.Split samples,
      WorkerPool pool) {
    int classes = plan.logits().size();
    if (!(choice instanceof LossChoice.Distillation distillation)) {
      return Loss.of(choice, data, classes);
    }
    Teacher teacher =
        new Teacher(distillation.teacher().orElse(start), plan, pool, samples, kernels);
    return new Distillation(
        Loss.of(distillation.hard(), data, classes),
        teacher,
        distillation.temperature(),
        distillation.alpha());
  }

  private int threads() {
    return options.threads() > 0 ? options.threads() : Runtime.getRuntime().availableProcessors();
  }
}
