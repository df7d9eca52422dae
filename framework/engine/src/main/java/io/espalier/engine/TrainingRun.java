package io.espalier.engine;

import io.espalier.api.Checkpoint;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Horizon;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.api.StepReport;
import io.espalier.api.Tensor;
import io.espalier.api.TrainingControl;
import io.espalier.api.TrainingListener;
import java.util.Arrays;
import java.util.Optional;

/**
 * One training, or estimation of running statistics, from its first to its last step, on the thread
 * that calls {@link #run}.
 */
final class TrainingRun {
  private static final String VALIDATION = "validation";
  private static final double NANOS = 1e9;

  private final TrainingOptions options;
  private final Horizon horizon;
  private final TrainingData data;
  private final AugmentedSplit samples;
  private final TrainingState state;
  private final ValidationWatch watch;
  private final BatchPass pass;
  private final Optional<WeightUpdate> update;
  private final Resumption resumption;
  private final TrainingListener listener;
  private final BatchOrder order;
  private final int[] heldOut;
  private final Control control = new Control();
  private int step;
  private double rate;
  private double steeredFactor = 1;
  private boolean stepped;
  private boolean stopped;
  private boolean ended;

  /**
   * @param update of the weights; empty to move only running statistics, to their average over all
   *     steps
   */
  TrainingRun(
      TrainingOptions options,
      Horizon horizon,
      TrainingData data,
      AugmentedSplit samples,
      TrainingState state,
      ValidationWatch watch,
      BatchPass pass,
      Optional<WeightUpdate> update,
      Resumption resumption,
      long seed,
      TrainingListener listener) {
    this.options = options;
    this.horizon = horizon;
    this.data = data;
    this.samples = samples;
    this.state = state;
    this.watch = watch;
    this.pass = pass;
    this.update = update;
    this.resumption = resumption;
    this.listener = listener;
    this.order = new BatchOrder(seed, data.trained());
    this.heldOut = new int[data.heldOut()];
    Arrays.setAll(heldOut, i -> data.trained() + i);
  }

  /**
   * @param done steps that a checkpoint brought along
   */
  Model run(int done) {
    step = done;
    control.lend(() -> listener.onBegin(step, control));
    if (done > 0 && !stopped) {
      endEpoch();
    }
    while (step < horizon.totalSteps() && !stopped && !ended) {
      requireNotInterrupted();
      StepReport report = step();
      control.lend(() -> listener.onStep(report, control));
      if (!stopped) {
        endEpoch();
      }
    }
    state.requireFinite(step);
    if (ended) {
      listener.onEarlyEnd(step, watch.reason());
    }
    return stopped ? state.model() : watch.best().orElseGet(state::model);
  }

  private StepReport step() {
    long begin = System.nanoTime();
    int epoch = step / horizon.stepsPerEpoch();
    int first = step % horizon.stepsPerEpoch() * options.batchSize();
    int size = Math.min(options.batchSize(), data.trained() - first);
    samples.varyFor(epoch);
    double loss;
    if (update.isPresent()) {
      pass.train(order.of(epoch), first, size, step);
      loss = pass.requireFiniteLoss("step " + (step + 1));
      rate = options.learningRate().at(step, horizon) * watch.rateFactor() * steeredFactor;
      step++;
      update.get().step(pass.gradients(), rate, step);
      stepped = true;
    } else {
      pass.estimate(order.of(epoch), first, size, step, step / (step + 1.0));
      loss = pass.requireFiniteLoss("step " + (step + 1));
      step++;
    }
    double seconds = (System.nanoTime() - begin) / NANOS;
    return new StepReport(
        step, epoch + 1, loss, (double) pass.correct() / size, rate, size / seconds);
  }

  /** Measures the samples held out, if an epoch has just ended. */
  private void endEpoch() {
    if (heldOut.length == 0 || step % horizon.stepsPerEpoch() != 0) {
      return;
    }
    samples.leaveAsTheyAre();
    double loss = 0;
    double shares = 0;
    long correct = 0;
    for (int first = 0; first < heldOut.length; first += options.batchSize()) {
      requireNotInterrupted();
      pass.measure(heldOut, first, Math.min(options.batchSize(), heldOut.length - first));
      loss += pass.loss();
      shares += pass.shares();
      correct += pass.correct();
    }
    watch.observe(loss / shares, state::model);
    ended = watch.endsNow() && step < horizon.totalSteps();
    listener.onMetric(VALIDATION, "loss", loss / shares, step);
    listener.onMetric(VALIDATION, "accuracy", (double) correct / heldOut.length, step);
  }

  private void requireNotInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new EspalierException(
          FailureCode.CANCELLED, "training was cancelled after step " + step);
    }
  }

  /** What the listener holds; works only while the listener is called. */
  private final class Control implements TrainingControl {
    private boolean lent;

    void lend(Runnable call) {
      lent = true;
      try {
        call.run();
      } finally {
        lent = false;
      }
    }

    private void requireLent() {
      if (!lent) {
        throw new IllegalStateException(
            "training control was used after the listener's call had returned");
      }
    }

    @Override
    public Model model() {
      requireLent();
      return state.model();
    }

    @Override
    public void apply(Plan plan) {
      requireLent();
      state.apply(plan);
      watch.constraintsChanged();
    }

    @Override
    public Tensor gradient(String tensor) {
      requireLent();
      if (!stepped) {
        throw new EspalierException(
            FailureCode.PLUGIN,
            "the gradient of '%s' was asked for before the first step".formatted(tensor));
      }
      return state.gradient(tensor);
    }

    @Override
    public Checkpoint checkpoint() {
      requireLent();
      return resumption.checkpoint(step, state, watch);
    }

    @Override
    public void scaleLearningRate(double factor) {
      requireLent();
      steeredFactor = factor;
    }

    @Override
    public void stop() {
      requireLent();
      stopped = true;
    }
  }
}
