package io.espalier.engine;

import io.espalier.api.Dataset;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Runs batches of samples through a plan, on all threads of a pool. A batch is cut into groups,
 * each of which sums its own loss and gradients; which thread takes which is free.
 *
 * <p>A plan that is cut runs segment by segment: all groups forward through one, then the batch's
 * statistics are merged, then all through the next; in the last one they turn, and go backward the
 * same way. A plan without cuts is one segment, in which each tile goes forward and backward while
 * it is in cache. In a segment that is not the last, going backward begins with computing again
 * what was not kept.
 */
final class BatchPass {
  private final ExecutionPlan plan;
  private final WorkerPool pool;
  private final Dataset.Split split;
  private final Loss loss;
  private final Frame[] frames;
  private final float[][] gradients;
  private final double[] losses;
  private final int[] hits;
  private final BatchMoments moments;
  private final KeptTiles kept;
  private final Batch batch;
  private final int last;
  private final float[][] shared;
  private final WorkerPool.Tasks prepare = this::prepare;
  private final WorkerPool.Tasks advanceGroup = this::advanceGroup;
  private final WorkerPool.Tasks turnGroup = this::turnGroup;
  private final WorkerPool.Tasks scoreGroup = this::scoreGroup;
  private final WorkerPool.Tasks returnGroup = this::returnGroup;
  private final WorkerPool.Tasks runTask = this::runTask;
  private final WorkerPool.Tasks measureGroup = this::measureGroup;
  private final int tile;
  private int segment;
  private int round;
  private int[] order = new int[0];
  private int from;
  private int size;
  private double shares;

  BatchPass(
      ExecutionPlan plan,
      WorkerPool pool,
      Dataset.Split split,
      Supplier<Kernels> kernels,
      float[] weights,
      long seed) {
    this(
        plan,
        pool,
        split,
        kernels,
        weights,
        new RunningStatistics(plan.cuts()),
        new SoftmaxCrossEntropy(),
        seed);
  }

  /** A pass with as many groups as the plan asks for. */
  BatchPass(
      ExecutionPlan plan,
      WorkerPool pool,
      Dataset.Split split,
      Supplier<Kernels> kernels,
      float[] weights,
      RunningStatistics running,
      Loss loss,
      long seed) {
    this(plan, pool, split, kernels, weights, running, loss, plan.groups(pool.threads()), seed);
  }

  /**
   * @param running statistics, which training moves
   * @param loss of a sample
   * @param groups into which each batch is cut; another number rounds differently
   */
  BatchPass(
      ExecutionPlan plan,
      WorkerPool pool,
      Dataset.Split split,
      Supplier<Kernels> kernels,
      float[] weights,
      RunningStatistics running,
      Loss loss,
      int groups,
      long seed) {
    this.plan = plan;
    this.pool = pool;
    this.split = split;
    this.loss = loss;
    last = plan.cuts().segments() - 1;
    tile = plan.tile();
    moments = new BatchMoments(plan.cuts(), running, groups);
    shared = plan.reservations().share();
    frames = new Frame[pool.threads()];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = new Frame(plan, kernels.get(), weights, moments, shared);
      frames[i].seed = seed;
    }
    gradients = new float[groups][];
    Arrays.setAll(gradients, g -> new float[g == 0 ? plan.layout().length() : plan.grouped()]);
    batch = new Batch(gradients[0]);
    kept = new KeptTiles(plan, groups, batch);
    losses = new double[groups];
    hits = new int[groups];
  }

  /**
   * Parameter gradients by group; their sum is that of the last trained batch. What is written for
   * the whole batch only the first group has.
   */
  float[][] gradients() {
    return gradients;
  }

  /** Runs a batch forward and backward, and moves the running statistics. */
  void train(int[] samples, int first, int count, int step) {
    begin(samples, first, count, step, true);
    for (int k = 0; k < last; k++) {
      advance(k, Double.NaN);
    }
    goBack(true);
  }

  /**
   * Runs a batch forward as measuring does, with running statistics and without dropping anything,
   * and backward; moves no statistics.
   */
  void differentiate(int[] samples, int first, int count) {
    begin(samples, first, count, 0, false);
    for (int k = 0; k < last; k++) {
      runForward(k);
      if (plan.cuts().all().get(k) instanceof Normalisation normalisation) {
        moments.standStill(normalisation);
      }
    }
    goBack(false);
  }

  private void goBack(boolean batchStatistics) {
    segment = last;
    pool.run(turnGroup, losses.length);
    for (int k = last - 1; k >= 0; k--) {
      segment = k;
      Cut cut = plan.cuts().all().get(k);
      if (cut instanceof WholeBatch whole) {
        runBackward(whole.operation());
      } else if (batchStatistics) {
        moments.finishGradients((Normalisation) cut);
      }
      if (!plan.empty(k)) {
        pool.run(returnGroup, losses.length);
      }
    }
  }

  /**
   * Runs a batch forward as training does, and only moves the running statistics.
   *
   * @param share what stays of them, 0 to 1
   */
  void estimate(int[] samples, int first, int count, int step, double share) {
    begin(samples, first, count, step, true);
    for (int k = 0; k < last; k++) {
      advance(k, share);
    }
    segment = last;
    pool.run(scoreGroup, losses.length);
  }

  /**
   * Runs a segment and the cut behind it.
   *
   * @param share what stays of running statistics; NaN for what the normalisation says itself
   */
  private void advance(int through, double share) {
    runForward(through);
    if (plan.cuts().all().get(through) instanceof Normalisation normalisation) {
      moments.finish(normalisation, Double.isNaN(share) ? normalisation.momentum() : share);
    }
  }

  /** Runs a segment, and what the batch runs as a whole behind it. */
  private void runForward(int through) {
    segment = through;
    if (through == 0 || !plan.empty(through)) {
      pool.run(advanceGroup, losses.length);
    }
    if (plan.cuts().all().get(through) instanceof WholeBatch whole) {
      for (round = 0; round < whole.operation().forwardRounds(); round++) {
        pool.run(runTask, whole.operation().tasks(batch, round));
      }
    }
  }

  private void runBackward(BatchOperation operation) {
    for (round = operation.forwardRounds(); round < operation.rounds(); round++) {
      pool.run(runTask, operation.tasks(batch, round));
    }
    if (operation.input().trained()) {
      batch.begin(operation.input());
    }
  }

  private void runTask(int task, int worker) {
    ((WholeBatch) plan.cuts().all().get(segment))
        .operation()
        .run(batch, round, task, frames[worker]);
  }

  private void begin(int[] samples, int first, int count, int step, boolean training) {
    order = samples;
    from = first;
    size = count;
    for (Frame frame : frames) {
      frame.training = training;
      frame.step = step;
    }
    loss.prepare(samples, first, count);
    addShares();
    if (last > 0) {
      kept.divide(count);
    }
    if (shared.length > 0) {
      pool.run(prepare, plan.operations().size());
    }
  }

  private void prepare(int operation, int worker) {
    plan.operations().get(operation).prepare(frames[worker].weights, shared);
  }

  /** Runs samples forward. */
  void measure(int[] samples, int first, int count) {
    for (Frame frame : frames) {
      frame.training = false;
      frame.detach();
    }
    order = samples;
    from = first;
    size = count;
    loss.prepare(samples, first, count);
    addShares();
    pool.run(measureGroup, losses.length);
  }

  private void addShares() {
    shares = 0;
    for (int s = 0; s < size; s++) {
      shares += loss.share(split.label(order[from + s]));
    }
  }

  /**
   * What to divide {@link #loss} by for the mean: the number of samples, unless they are weighted.
   */
  double shares() {
    return shares;
  }

  /** Sum of the losses of the last batch's samples. */
  double loss() {
    double sum = 0;
    for (double part : losses) {
      sum += part;
    }
    return sum;
  }

  /**
   * Mean loss of the last batch.
   *
   * @param batch what the message calls it
   * @throws EspalierException ({@link FailureCode#NUMERIC}) that names the first node whose output
   *     is not finite, if the loss is not
   */
  double requireFiniteLoss(String batch) {
    double mean = loss() / shares;
    if (!Double.isFinite(mean)) {
      throw new EspalierException(
          FailureCode.NUMERIC,
          "the loss of %s is %s: %s; lower the learning rate or look at the data"
              .formatted(batch, mean, firstNonFinite()));
    }
    return mean;
  }

  /** How many samples of the last batch were classified right. */
  int correct() {
    int sum = 0;
    for (int hit : hits) {
      sum += hit;
    }
    return sum;
  }

  private int begin(int group) {
    return KeptTiles.begin(group, losses.length, size);
  }

  /** Runs a group forward through a segment that is not the last. */
  private void advanceGroup(int group, int worker) {
    Frame frame = frames[worker];
    frame.group = group;
    if (segment == 0) {
      moments.clear(group);
    }
    int end = begin(group + 1);
    for (int at = begin(group); at < end; at += tile) {
      place(frame, group, at, Math.min(tile, end - at));
      if (segment == 0) {
        read(frame);
      }
      plan.forward(frame, segment);
    }
  }

  /** Runs a group through the last segment and back. */
  private void turnGroup(int group, int worker) {
    frames[worker].weightGradients = gradients[group];
    Arrays.fill(gradients[group], 0, plan.grouped(), 0f);
    end(group, frames[worker], true);
  }

  /** Runs a group through the last segment. */
  private void scoreGroup(int group, int worker) {
    end(group, frames[worker], false);
  }

  private void end(int group, Frame frame, boolean turns) {
    frame.group = group;
    losses[group] = 0;
    hits[group] = 0;
    int end = begin(group + 1);
    for (int at = begin(group); at < end; at += tile) {
      place(frame, group, at, Math.min(tile, end - at));
      if (segment == 0) {
        read(frame);
      }
      plan.forward(frame, segment);
      score(frame, group, turns);
      if (turns) {
        frame.beginBackward();
        plan.backward(frame, segment);
      }
    }
  }

  /** Runs a group backward through a segment that is not the last. */
  private void returnGroup(int group, int worker) {
    Frame frame = frames[worker];
    frame.group = group;
    frame.weightGradients = gradients[group];
    int end = begin(group + 1);
    for (int at = begin(group); at < end; at += tile) {
      place(frame, group, at, Math.min(tile, end - at));
      plan.recall(frame, segment);
      plan.backward(frame, segment);
    }
  }

  /** Points a frame to a tile of a group. */
  private void place(Frame frame, int group, int at, int count) {
    frame.first = at;
    frame.samples = count;
    if (last > 0) {
      frame.attach(kept.tile(group, at));
    }
  }

  private void measureGroup(int group, int worker) {
    Frame frame = frames[worker];
    losses[group] = 0;
    hits[group] = 0;
    int end = begin(group + 1);
    for (int at = begin(group); at < end; at += tile) {
      frame.first = at;
      frame.samples = Math.min(tile, end - at);
      read(frame);
      plan.forward(frame);
      score(frame, group, false);
    }
  }

  private void read(Frame frame) {
    Value input = plan.input();
    for (int s = 0; s < frame.samples; s++) {
      split.read(order[from + frame.first + s], frame.data(input), s * input.stride());
    }
  }

  private void score(Frame frame, int group, boolean training) {
    Value logits = plan.logits();
    float[] z = frame.data(logits);
    float weight = (float) (1 / shares);
    for (int s = 0; s < frame.samples; s++) {
      int at = s * logits.stride();
      int label = split.label(order[from + frame.first + s]);
      hits[group] += SoftmaxCrossEntropy.best(z, at, logits.size()) == label ? 1 : 0;
      losses[group] +=
          training
              ? loss.lossAndGradient(
                  z, at, logits.size(), label, frame.first + s, frame.gradient(logits), weight)
              : loss.loss(z, at, logits.size(), label, frame.first + s);
    }
  }

  /** Where the last batch went wrong: the first operation whose output is not finite, in words. */
  private String firstNonFinite() {
    Frame frame = frames[0];
    frame.detach();
    for (int at = 0; at < size; at += tile) {
      frame.first = at;
      frame.samples = Math.min(tile, size - at);
      read(frame);
      Optional<String> found = plan.firstNonFinite(frame);
      if (found.isPresent()) {
        return found.get();
      }
    }
    return "all values of the graph are finite, the loss is not";
  }
}
