package io.espalier.engine;

import io.espalier.api.Dataset;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.ProfileRequest;
import io.espalier.api.TrainingProfile;
import io.espalier.core.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Times the layers of a model while it is trained on noise. */
public final class Profiler {
  private static final int WARMUP = 20;
  private static final double RATE = 1e-4;
  private static final double NANOS = 1e9;

  private Profiler() {}

  /**
   * Trains on one batch of noise and tells what each layer took; the model stays as it is.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) for an operator that cannot be trained,
   *     naming node and operator; ({@link FailureCode#CANCELLED}) if the thread is interrupted
   */
  public static TrainingProfile profile(ProfileRequest request) {
    Supplier<Kernels> kernels = KernelChoice.fastest();
    ExecutionPlan plan = ExecutionPlan.compile(request.model());
    List<TimedOperation> timed = plan.operations().stream().map(TimedOperation::of).toList();
    ExecutionPlan watched = plan.with(timed);
    RunningStatistics running = new RunningStatistics(plan.cuts());
    TrainingState state =
        new TrainingState(request.model(), plan.layout(), new OptimizerChoice.Adam(), running);
    int threads =
        request.threads() > 0 ? request.threads() : Runtime.getRuntime().availableProcessors();
    try (WorkerPool pool = new WorkerPool(threads)) {
      Roofline roofline = Roofline.measure(pool, kernels);
      Dataset.Split noise = new Noise(plan, request.batchSize());
      BatchPass pass = new BatchPass(watched, pool, noise, kernels, state.weights(), 1);
      WeightUpdate update = new WeightUpdate(state, pool, 0, 0);
      double[] seconds = run(request, pass, update, timed);
      LayerWork work = new LayerWork(request.model(), request.batchSize());
      List<TrainingProfile.Layer> layers = new ArrayList<>();
      Set<String> told = new HashSet<>();
      for (int i = 0; i < timed.size(); i++) {
        String label = plan.nodes().get(i);
        int share = request.steps() * threads;
        layers.add(layer(label, timed.get(i), work, told.add(label), share));
      }
      Arrays.sort(seconds);
      return new TrainingProfile(
          threads,
          request.batchSize(),
          seconds[seconds.length / 2],
          roofline.flopsPerSecond(),
          roofline.bytesPerSecond(),
          layers);
    }
  }

  private static double[] run(
      ProfileRequest request, BatchPass pass, WeightUpdate update, List<TimedOperation> timed) {
    int[] order = new int[request.batchSize()];
    Arrays.setAll(order, i -> i);
    double[] seconds = new double[request.steps()];
    for (int step = 0; step < WARMUP + request.steps(); step++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new EspalierException(
            FailureCode.CANCELLED, "profiling was cancelled after step " + step);
      }
      if (step == WARMUP) {
        timed.forEach(TimedOperation::reset);
      }
      long begin = System.nanoTime();
      pass.train(order, 0, order.length, step);
      update.step(pass.gradients(), RATE, step + 1);
      if (step >= WARMUP) {
        seconds[step - WARMUP] = (System.nanoTime() - begin) / NANOS;
      }
    }
    return seconds;
  }

  /**
   * @param label name and operator of a node, as the plan tells them
   * @param first whether it is the first operation of its node, which is said to do all its work
   * @param share by which sums of nanoseconds are divided
   */
  private static TrainingProfile.Layer layer(
      String label, TimedOperation timed, LayerWork work, boolean first, int share) {
    int split = label.lastIndexOf(" (");
    String node = label.substring(0, split);
    String operator = label.substring(split + 2, label.length() - 1);
    double once = first ? 1 : 0;
    double flops = once * work.flops(node);
    double input = once * work.inputBytes(node);
    double output = once * work.outputBytes(node);
    double weights = once * work.weightBytes(node);
    int passes = work.goesOn(node) ? 2 : 1;
    return new TrainingProfile.Layer(
        node,
        operator,
        timed.forwardNanos() / NANOS / share,
        timed.backwardNanos() / NANOS / share,
        flops,
        passes * flops,
        input + output + weights,
        passes * input + 2 * output + 2 * weights);
  }

  /** Samples between 0 and 1 that fit a plan, with the labels in turn. */
  private static final class Noise implements Dataset.Split {
    private final ExecutionPlan plan;
    private final int count;
    private final float[] samples;

    Noise(ExecutionPlan plan, int count) {
      this.plan = plan;
      this.count = count;
      samples = new float[Math.multiplyExact(plan.input().size(), count)];
      RandomGenerator random = Seeds.random(1, "profile");
      for (int i = 0; i < samples.length; i++) {
        samples[i] = (float) random.nextDouble();
      }
    }

    @Override
    public int size() {
      return count;
    }

    @Override
    public void read(int index, float[] into, int offset) {
      int size = plan.input().size();
      System.arraycopy(samples, index * size, into, offset, size);
    }

    @Override
    public int label(int index) {
      return index % plan.logits().size();
    }
  }
}
