package io.espalier.testkit;

import io.espalier.api.Checkpoint;
import io.espalier.api.Codebook;
import io.espalier.api.Dataset;
import io.espalier.api.Description;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.FineTuner;
import io.espalier.api.Horizon;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Parameter;
import io.espalier.api.Parameters;
import io.espalier.api.Plan;
import io.espalier.api.StepReport;
import io.espalier.api.Tensor;
import io.espalier.api.TrainingControl;
import io.espalier.api.TrainingListener;
import io.espalier.core.Plans;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The plainest fine-tuner that keeps the contract: trains the last layer of {@link SmallModels#cnn}
 * by gradient descent with momentum, one sample after the other. It can be told to break the
 * contract in one way or another.
 */
@org.pf4j.Extension
public final class LastLayerTrainer implements FineTuner {
  /** Ways to break the contract. */
  enum Fault {
    REVIVES_MASKED,
    DRIFTS_FROM_CODEBOOK,
    FORGETS_MOMENTUM,
    DRAWS_FROM_THE_CLOCK,
    IGNORES_STOP,
    IGNORES_INTERRUPT,
    IGNORES_PLANS,
    LEARNS_NOTHING,
    TAKES_ANY_DATA
  }

  private static final int BATCH = 24;
  private static final float RATE = 0.05f;
  private static final float MOMENTUM = 0.8f;
  private static final String WEIGHT = "dense.weight";
  private static final Parameter<Integer> EPOCHS =
      Parameter.integer("epochs", "passes over the data").or(2).atLeast(1).in("epochs");

  private final Set<Fault> faults = EnumSet.noneOf(Fault.class);
  private Model model = SmallModels.cnn(0);
  private float[] momentum = new float[0];
  private int step;
  private boolean stopped;

  LastLayerTrainer with(Set<Fault> others) {
    faults.addAll(others);
    return this;
  }

  @Override
  public Description description() {
    return Description.of("last-layer", "Trains the last layer.", EPOCHS);
  }

  @Override
  public Horizon horizon(Dataset dataset, Parameters parameters) {
    int perEpoch = (dataset.train().size() + BATCH - 1) / BATCH;
    return new Horizon(parameters.get(EPOCHS) * perEpoch, perEpoch);
  }

  @Override
  public Model fineTune(Request request, TrainingListener listener) {
    Dataset dataset = request.dataset();
    requireFits(dataset);
    model = request.resumeFrom().map(Checkpoint::model).orElse(request.model());
    step = request.resumeFrom().map(Checkpoint::step).orElse(0);
    momentum =
        request
            .resumeFrom()
            .filter(checkpoint -> !faults.contains(Fault.FORGETS_MOMENTUM))
            .map(checkpoint -> checkpoint.state().get(0).toFloatArray())
            .orElseGet(() -> new float[model.tensor(WEIGHT).size()]);
    Horizon horizon = horizon(dataset, request.parameters());
    Control control = new Control();
    listener.onBegin(step, control);
    while (step < horizon.totalSteps() && !stopped) {
      if (Thread.interrupted() && !faults.contains(Fault.IGNORES_INTERRUPT)) {
        throw new EspalierException(FailureCode.CANCELLED, "the training was interrupted");
      }
      int epoch = step / horizon.stepsPerEpoch();
      int[] order = order(dataset.train().size(), request.seed() + epoch);
      int first = step % horizon.stepsPerEpoch() * BATCH;
      listener.onStep(step(dataset.train(), order, first, epoch + 1), control);
    }
    return model;
  }

  private void requireFits(Dataset dataset) {
    boolean fits =
        dataset.sample().equals(SmallModels.IMAGE) && dataset.classes() <= SmallModels.CLASSES;
    if (!fits && !faults.contains(Fault.TAKES_ANY_DATA)) {
      throw new EspalierException(FailureCode.DATA, "the data does not fit the model");
    }
  }

  private int[] order(int size, long seed) {
    long actual = faults.contains(Fault.DRAWS_FROM_THE_CLOCK) ? System.nanoTime() : seed;
    SplittableRandom random = new SplittableRandom(actual);
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int other = random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    return order;
  }

  private StepReport step(Dataset.Split data, int[] order, int first, int epoch) {
    float[] weights = model.tensor(WEIGHT).toFloatArray();
    float[] gradient = new float[weights.length];
    int count = Math.min(BATCH, order.length - first);
    double loss = 0;
    int right = 0;
    Features features = new Features(model);
    for (int i = first; i < first + count; i++) {
      float[] inputs = features.of(data, order[i] % data.size());
      double[] chances = chances(weights, inputs);
      int label = data.label(order[i]) % chances.length;
      loss -= Math.log(chances[label]) / count;
      right += chances[label] > 0.5 ? 1 : 0;
      for (int c = 0; c < chances.length; c++) {
        float delta = (float) (chances[c] - (c == label ? 1 : 0)) / count;
        for (int j = 0; j < inputs.length; j++) {
          gradient[c * inputs.length + j] += delta * inputs[j];
        }
      }
    }
    step++;
    if (!faults.contains(Fault.LEARNS_NOTHING)) {
      descend(weights, gradient);
    }
    return new StepReport(step, epoch, loss, (double) right / count, RATE, 1);
  }

  private static double[] chances(float[] weights, float[] inputs) {
    double[] chances = new double[SmallModels.CLASSES];
    double sum = 0;
    for (int c = 0; c < chances.length; c++) {
      double logit = 0;
      for (int j = 0; j < inputs.length; j++) {
        logit += weights[c * inputs.length + j] * inputs[j];
      }
      chances[c] = Math.exp(Math.min(logit, 50));
      sum += chances[c];
    }
    for (int c = 0; c < chances.length; c++) {
      chances[c] /= sum;
    }
    return chances;
  }

  private void descend(float[] weights, float[] gradient) {
    for (int i = 0; i < weights.length; i++) {
      momentum[i] = MOMENTUM * momentum[i] + gradient[i];
      weights[i] -= RATE * momentum[i];
    }
    for (Mask mask : model.masks().values()) {
      for (int i = 0; mask.tensor().equals(WEIGHT) && i < weights.length; i++) {
        weights[i] = mask.keeps(i) || faults.contains(Fault.REVIVES_MASKED) ? weights[i] : 0;
      }
    }
    Tensor trained = Tensor.ofFloats(WEIGHT, model.tensor(WEIGHT).shape(), weights);
    for (Codebook codebook : model.codebooks().values()) {
      Codebook moved = shared(codebook, weights);
      model = model.withConstraint(moved);
      trained = faults.contains(Fault.DRIFTS_FROM_CODEBOOK) ? trained : moved.decode();
    }
    model = model.withTensors(List.of(trained));
  }

  /** Every value of a codebook becomes the mean of its weights; the zero stays. */
  private static Codebook shared(Codebook codebook, float[] weights) {
    double[] sums = new double[codebook.count()];
    int[] counts = new int[codebook.count()];
    for (int i = 0; i < weights.length; i++) {
      sums[codebook.index(i)] += weights[i];
      counts[codebook.index(i)]++;
    }
    float[] values = new float[codebook.count()];
    for (int j = 0; j < values.length; j++) {
      boolean zero = codebook.zero().isPresent() && codebook.zero().getAsInt() == j;
      values[j] = zero ? 0 : (float) (sums[j] / Math.max(1, counts[j]));
    }
    return codebook.withValues(values);
  }

  private final class Control implements TrainingControl {
    @Override
    public Model model() {
      return model;
    }

    @Override
    public void apply(Plan plan) {
      if (!faults.contains(Fault.IGNORES_PLANS)) {
        model = Plans.apply(model, plan);
      }
    }

    @Override
    public Checkpoint checkpoint() {
      Tensor state = Tensor.ofFloats("momentum/" + WEIGHT, model.tensor(WEIGHT).shape(), momentum);
      return new Checkpoint("last-layer", step, model, List.of(state), Map.of());
    }

    @Override
    public void stop() {
      stopped = !faults.contains(Fault.IGNORES_STOP);
    }
  }
}
