package io.espalier.engine;

import io.espalier.api.Edit;
import io.espalier.api.FineTuner;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.api.Shape;
import io.espalier.api.StepReport;
import io.espalier.api.TrainingControl;
import io.espalier.api.TrainingListener;
import io.espalier.core.ExactSelector;
import io.espalier.core.Layers;
import io.espalier.core.Plans;
import io.espalier.core.TutorialCnn;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/**
 * Trains the tutorial's network on IDX files and tells speed and accuracy; run by hand: {@code
 * TutorialBenchmark <folder> <plain|vector> <threads> <epochs> <rate> <shape> <seeds> <tuning rate>
 * <tuning shape> <masks: sudden or gradual> <tuning batch> <samples until the masks have grown>}.
 */
final class TutorialBenchmark {
  private static final int BATCH = 128;

  private static final double SPARSITY = 0.8;

  private final ArrayData train;
  private final ArrayData test;
  private final Supplier<Kernels> kernels;
  private final int threads;
  private boolean gradual;
  private int batch = BATCH;
  private int growth;

  private TutorialBenchmark(Path folder, Supplier<Kernels> kernels, int threads)
      throws IOException {
    this.train = read(folder, "train");
    this.test = read(folder, "t10k");
    this.kernels = kernels;
    this.threads = threads;
  }

  public static void main(String[] arguments) throws IOException {
    Supplier<Kernels> kernels =
        arguments[1].equals("plain") ? PlainKernels::new : VectorKernels::new;
    TutorialBenchmark benchmark =
        new TutorialBenchmark(Path.of(arguments[0]), kernels, Integer.parseInt(arguments[2]));
    int epochs = Integer.parseInt(arguments[3]);
    LearningRate rate = new LearningRate(Double.parseDouble(arguments[4]), shape(arguments[5]), 0);
    for (long seed = 1; seed <= Long.parseLong(arguments[6]); seed++) {
      Model trained = benchmark.train("train", TutorialCnn.build(seed), epochs, rate, seed);
      boolean gradual = arguments[9].equals("gradual");
      Model pruned = Plans.apply(trained, magnitude(trained, gradual ? 0.5 : SPARSITY));
      benchmark.gradual = gradual;
      benchmark.batch = Integer.parseInt(arguments[10]);
      benchmark.growth = Integer.parseInt(arguments[11]);
      benchmark.report("pruned, not tuned", pruned);
      LearningRate tuning =
          new LearningRate(Double.parseDouble(arguments[7]), shape(arguments[8]), 0);
      benchmark.train("fine-tune", pruned, 2, tuning, seed);
      benchmark.gradual = false;
      benchmark.batch = BATCH;
    }
  }

  private static LearningRate.Shape shape(String name) {
    return switch (name) {
      case "CONSTANT" -> LearningRate.Shape.CONSTANT;
      case "COSINE" -> LearningRate.Shape.COSINE;
      case "LINEAR" -> LearningRate.Shape.LINEAR;
      default -> throw new IllegalArgumentException(name);
    };
  }

  private Model train(String what, Model model, int epochs, LearningRate rate, long seed) {
    TrainingOptions options =
        new TrainingOptions(epochs, batch, new OptimizerChoice.Adam(), rate, 0, 0.1, threads);
    FineTuner.Request request =
        new FineTuner.Request(model, train, Trainings.NONE, seed, Optional.empty());
    Speed speed = new Speed();
    long begin = System.nanoTime();
    Model trained = new Trainer("bench", options, kernels).train(request, speed);
    double seconds = (System.nanoTime() - begin) / 1e9;
    System.out.printf(
        "%s: %.2f s, %.0f images/s over all, %.0f in the median step%n",
        what, seconds, epochs * 54_000 / seconds, speed.median());
    report(what, trained);
    return trained;
  }

  private void report(String what, Model model) {
    ExecutionPlan plan = ExecutionPlan.compile(model);
    TrainingState state = new TrainingState(model, plan.layout(), new OptimizerChoice.Adam());
    int correct = 0;
    try (WorkerPool pool = new WorkerPool(threads)) {
      BatchPass pass = new BatchPass(plan, pool, test, kernels, state.weights(), 0);
      int[] all = IntStream.range(0, test.size()).toArray();
      pass.measure(all, 0, all.length);
      correct = pass.correct();
    }
    System.out.printf("%s: test accuracy %.4f%n", what, correct / (double) test.size());
  }

  private static Plan magnitude(Model model, double sparsity) {
    ExactSelector selector = new ExactSelector();
    List<Edit> edits = new ArrayList<>();
    for (Layer layer : Layers.prunable(model)) {
      float[] scores = model.tensor(layer.weight()).toFloatArray();
      for (int i = 0; i < scores.length; i++) {
        scores[i] = Math.abs(scores[i]);
      }
      edits.add(new Edit.MaskWeights(selector.keepHighest(layer, scores, sparsity)));
    }
    return new Plan("magnitude", edits);
  }

  private static ArrayData read(Path folder, String name) throws IOException {
    byte[] images = bytes(folder.resolve(name + "-images-idx3-ubyte.gz"));
    byte[] labels = bytes(folder.resolve(name + "-labels-idx1-ubyte.gz"));
    float[] samples = new float[images.length - 16];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (images[i + 16] & 0xff) / 255f;
    }
    int[] classes = new int[labels.length - 8];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = labels[i + 8];
    }
    return new ArrayData(Shape.of(1, 28, 28), 10, samples, classes);
  }

  private static byte[] bytes(Path file) throws IOException {
    try (InputStream in = new DataInputStream(new GZIPInputStream(Files.newInputStream(file)))) {
      return in.readAllBytes();
    }
  }

  /** Keeps the speed of each step. */
  private final class Speed implements TrainingListener {
    private final List<Double> speeds = new ArrayList<>();

    @Override
    public void onBegin(int step, TrainingControl control) {}

    @Override
    public void onStep(StepReport report, TrainingControl control) {
      speeds.add(report.samplesPerSecond());
      int end = growth / batch / 50 * 50;
      if (gradual && report.step() % 50 == 0 && report.step() <= end) {
        double rest = 1 - report.step() / (double) end;
        double sparsity = SPARSITY + (0.5 - SPARSITY) * rest * rest * rest;
        control.apply(magnitude(control.model(), sparsity));
      }
    }

    @Override
    public void onMetric(String subject, String metric, double value, int step) {
      System.out.printf("  step %d: %s %s %.4f%n", step, subject, metric, value);
    }

    double median() {
      return speeds.stream().sorted().skip(speeds.size() / 2).findFirst().orElseThrow();
    }
  }
}
