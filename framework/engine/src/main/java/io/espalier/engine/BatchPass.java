package io.espalier.engine;

import io.espalier.api.Dataset;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Runs batches of samples through a plan, on all threads of a pool. A batch is cut into a fixed
 * number of groups, whatever the number of threads; each sums its own loss and gradients.
 */
final class BatchPass {
  private static final int MOST_GROUPS = 16;
  private static final int FEWEST_GROUPS = 2;
  private static final int GRADIENT_FLOATS = 1 << 26;

  private final ExecutionPlan plan;
  private final WorkerPool pool;
  private final Dataset.Split split;
  private final Loss loss;
  private final Frame[] frames;
  private final float[][] gradients;
  private final double[] losses;
  private final int[] hits;
  private final WorkerPool.Tasks trainGroup = this::trainGroup;
  private final WorkerPool.Tasks measureGroup = this::measureGroup;
  private int[] order = new int[0];
  private int from;
  private int size;

  BatchPass(
      ExecutionPlan plan,
      WorkerPool pool,
      Dataset.Split split,
      Supplier<Kernels> kernels,
      float[] weights,
      long seed) {
    this(plan, pool, split, kernels, weights, new SoftmaxCrossEntropy(), seed);
  }

  BatchPass(
      ExecutionPlan plan,
      WorkerPool pool,
      Dataset.Split split,
      Supplier<Kernels> kernels,
      float[] weights,
      Loss loss,
      long seed) {
    this.plan = plan;
    this.pool = pool;
    this.split = split;
    this.loss = loss;
    frames = new Frame[pool.threads()];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = new Frame(plan, kernels.get(), weights);
      frames[i].seed = seed;
    }
    int length = plan.layout().length();
    int groups = Math.max(FEWEST_GROUPS, Math.min(MOST_GROUPS, GRADIENT_FLOATS / length));
    gradients = new float[groups][length];
    losses = new double[groups];
    hits = new int[groups];
  }

  /** Parameter gradients by group; their sum is that of the last trained batch. */
  float[][] gradients() {
    return gradients;
  }

  /** Runs a batch forward and backward. */
  void train(int[] samples, int first, int count, int step) {
    for (Frame frame : frames) {
      frame.training = true;
      frame.step = step;
    }
    run(trainGroup, samples, first, count);
  }

  /** Runs samples forward. */
  void measure(int[] samples, int first, int count) {
    for (Frame frame : frames) {
      frame.training = false;
    }
    run(measureGroup, samples, first, count);
  }

  private void run(WorkerPool.Tasks tasks, int[] samples, int first, int count) {
    order = samples;
    from = first;
    size = count;
    pool.run(tasks, losses.length);
  }

  /** Sum of the losses of the last batch's samples. */
  double loss() {
    double sum = 0;
    for (double part : losses) {
      sum += part;
    }
    return sum;
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
    return (int) ((long) group * size / losses.length);
  }

  private void trainGroup(int group, int worker) {
    Frame frame = frames[worker];
    frame.weightGradients = gradients[group];
    Arrays.fill(gradients[group], 0f);
    losses[group] = 0;
    hits[group] = 0;
    int end = begin(group + 1);
    for (int at = begin(group); at < end; at += plan.tile()) {
      read(frame, at, Math.min(plan.tile(), end - at));
      plan.forward(frame);
      score(frame, group, true);
      frame.beginBackward();
      plan.backward(frame);
    }
  }

  private void measureGroup(int group, int worker) {
    Frame frame = frames[worker];
    losses[group] = 0;
    hits[group] = 0;
    int end = begin(group + 1);
    for (int at = begin(group); at < end; at += plan.tile()) {
      read(frame, at, Math.min(plan.tile(), end - at));
      plan.forward(frame);
      score(frame, group, false);
    }
  }

  private void read(Frame frame, int at, int count) {
    frame.first = at;
    frame.samples = count;
    Value input = plan.input();
    for (int s = 0; s < count; s++) {
      split.read(order[from + at + s], frame.data(input), s * input.stride());
    }
  }

  private void score(Frame frame, int group, boolean training) {
    Value logits = plan.logits();
    float[] z = frame.data(logits);
    float weight = 1f / size;
    for (int s = 0; s < frame.samples; s++) {
      int at = s * logits.stride();
      int label = split.label(order[from + frame.first + s]);
      hits[group] += SoftmaxCrossEntropy.best(z, at, logits.size()) == label ? 1 : 0;
      losses[group] +=
          training
              ? loss.lossAndGradient(z, at, logits.size(), label, frame.gradient(logits), weight)
              : loss.loss(z, at, logits.size(), label);
    }
  }

  /** Where the last batch went wrong: the first operation whose output is not finite, in words. */
  String firstNonFinite() {
    Frame frame = frames[0];
    for (int at = 0; at < size; at += plan.tile()) {
      read(frame, at, Math.min(plan.tile(), size - at));
      if (nonFinite(frame, plan.input())) {
        return "the samples themselves are not finite";
      }
      for (int i = 0; i < plan.operations().size(); i++) {
        plan.operations().get(i).forward(frame);
        if (nonFinite(frame, plan.operations().get(i).output())) {
          return "the first values that are not finite come out of node " + plan.nodes().get(i);
        }
      }
    }
    return "all values of the graph are finite, the loss is not";
  }

  private static boolean nonFinite(Frame frame, Value value) {
    float[] data = frame.data(value);
    for (int s = 0; s < frame.samples; s++) {
      for (int i = 0; i < value.size(); i++) {
        if (!Float.isFinite(data[s * value.stride() + i])) {
          return true;
        }
      }
    }
    return false;
  }
}
