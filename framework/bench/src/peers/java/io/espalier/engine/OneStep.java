package io.espalier.engine;

import io.espalier.api.Dataset;
import io.espalier.api.Model;
import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One step of plain gradient descent on a whole data set, and what it came to.
 *
 * @param loss mean over the samples
 * @param logits samples x classes, as they were before the update
 * @param gradients of all trained tensors, under their names
 * @param changed the trained tensors and running statistics after the update
 */
public record OneStep(double loss, float[] logits, List<Tensor> gradients, List<Tensor> changed) {
  /** Makes the step. */
  public static OneStep make(Model model, Dataset dataset, double rate, int threads) {
    Dataset.Split split = dataset.train();
    ExecutionPlan plan = ExecutionPlan.compile(model);
    RunningStatistics running = new RunningStatistics(plan.cuts());
    TrainingState state =
        new TrainingState(model, plan.layout(), new OptimizerChoice.Sgd(0), running);
    int[] all = new int[split.size()];
    Arrays.setAll(all, i -> i);
    Recording loss = new Recording(split.size(), plan.logits().size());
    try (WorkerPool pool = new WorkerPool(threads)) {
      BatchPass pass =
          new BatchPass(
              plan, pool, split, KernelChoice.fastest(), state.weights(), running, loss, 0);
      pass.train(all, 0, all.length, 0);
      double mean = pass.requireFiniteLoss("the step");
      new WeightUpdate(state, pool, 0, 0).step(pass.gradients(), rate, 1);
      List<Tensor> gradients = new ArrayList<>();
      plan.layout().slots().forEach(slot -> gradients.add(state.gradient(slot.name())));
      List<Tensor> changed = new ArrayList<>(running.tensors());
      Model after = state.model();
      plan.layout().slots().forEach(slot -> changed.add(after.tensor(slot.name())));
      return new OneStep(mean, loss.logits, gradients, changed);
    }
  }

  /** Cross-entropy that keeps the logits. */
  private static final class Recording implements Loss {
    private final Loss loss = new SoftmaxCrossEntropy();
    private final float[] logits;

    Recording(int samples, int classes) {
      logits = new float[samples * classes];
    }

    @Override
    public double loss(float[] outputs, int at, int classes, int label, int position) {
      return loss.loss(outputs, at, classes, label, position);
    }

    @Override
    public double lossAndGradient(
        float[] outputs,
        int at,
        int classes,
        int label,
        int position,
        float[] gradient,
        float weight) {
      System.arraycopy(outputs, at, logits, position * classes, classes);
      return loss.lossAndGradient(outputs, at, classes, label, position, gradient, weight);
    }
  }
}
