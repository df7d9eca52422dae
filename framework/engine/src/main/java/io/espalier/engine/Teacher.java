package io.espalier.engine;

import io.espalier.api.Dataset;
import io.espalier.api.Model;
import io.espalier.api.ParameterException;
import java.util.function.Supplier;

/**
 * A model that only answers: runs batches forward as measuring does, on the same samples that the
 * student sees, variations included.
 */
final class Teacher {
  private static final String PARAMETER = "teacher";

  private final ExecutionPlan plan;
  private final WorkerPool pool;
  private final Dataset.Split split;
  private final Frame[] frames;
  private final WorkerPool.Tasks answerTile = this::answerTile;
  private float[] logits = new float[0];
  private int[] order = new int[0];
  private int from;
  private int size;

  /**
   * @param student whose samples and classes it must have
   * @throws ParameterException if it has others, or puts out probabilities
   */
  Teacher(
      Model model,
      ExecutionPlan student,
      WorkerPool pool,
      Dataset.Split split,
      Supplier<Kernels> kernels) {
    this.plan = ExecutionPlan.compile(OpenAxes.bind(model, student.input().shape()));
    this.pool = pool;
    this.split = split;
    LossFit.requireLogits(PARAMETER, model);
    requireFits(student);
    float[] weights = plan.layout().weights(model);
    BatchMoments moments = new BatchMoments(plan.cuts(), new RunningStatistics(plan.cuts()), 1);
    float[][] shared = plan.reservations().share();
    frames = new Frame[pool.threads()];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = new Frame(plan, kernels.get(), weights, moments, shared);
      frames[i].detach();
    }
  }

  private void requireFits(ExecutionPlan student) {
    if (!plan.input().shape().equals(student.input().shape())) {
      throw new ParameterException(
          PARAMETER,
          "its input '%s' takes %s, but the model's takes %s (allowed: a model for the same samples)"
              .formatted(plan.input().name(), plan.input().shape(), student.input().shape()));
    }
    if (plan.logits().size() != student.logits().size()) {
      throw new ParameterException(
          PARAMETER,
          "its output '%s' has %d classes, but the model's has %d (allowed: a model of the same classes)"
              .formatted(plan.logits().name(), plan.logits().size(), student.logits().size()));
    }
  }

  /** Runs a batch, before anyone asks for its logits. */
  void look(int[] samples, int first, int count) {
    order = samples;
    from = first;
    size = count;
    if (logits.length < count * plan.logits().size()) {
      logits = new float[count * plan.logits().size()];
    }
    pool.run(answerTile, (count + plan.tile() - 1) / plan.tile());
  }

  /** By position in the batch, as many as there are classes. */
  float[] logits() {
    return logits;
  }

  private void answerTile(int tile, int worker) {
    Frame frame = frames[worker];
    int first = tile * plan.tile();
    frame.first = first;
    frame.samples = Math.min(plan.tile(), size - first);
    Value input = plan.input();
    for (int s = 0; s < frame.samples; s++) {
      split.read(order[from + first + s], frame.data(input), s * input.stride());
    }
    plan.forward(frame);
    Value output = plan.logits();
    for (int s = 0; s < frame.samples; s++) {
      System.arraycopy(
          frame.data(output),
          s * output.stride(),
          logits,
          (first + s) * output.size(),
          output.size());
    }
  }
}
