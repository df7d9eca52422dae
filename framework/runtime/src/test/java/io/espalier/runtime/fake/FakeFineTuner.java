package io.espalier.runtime.fake;

import io.espalier.api.Checkpoint;
import io.espalier.api.Dataset;
import io.espalier.api.Description;
import io.espalier.api.Edit;
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
import io.espalier.core.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A random walk with momentum instead of a training: each step depends on the weights, on the
 * optimizer's state and on the seed, so that only a true resumption comes to the same bytes. Learns
 * nothing, keeps masks and codebooks, minds interrupts.
 */
public final class FakeFineTuner implements FineTuner {
  public static final String ID = "fake-walk";

  private static final Parameter<Integer> STEPS =
      Parameter.integer("steps", "Steps in all.").atLeast(1).or(12);
  private static final Parameter<Integer> EPOCH =
      Parameter.integer("epoch", "Steps of an epoch.").atLeast(1).or(4);

  private final StepHook hook;

  public FakeFineTuner(StepHook hook) {
    this.hook = hook;
  }

  @Override
  public Description description() {
    return Description.of(ID, "Walks at random.", STEPS, EPOCH);
  }

  @Override
  public Horizon horizon(Dataset dataset, Parameters parameters) {
    return new Horizon(parameters.get(STEPS), parameters.get(EPOCH));
  }

  @Override
  public Model fineTune(Request request, TrainingListener listener) {
    Walk walk = new Walk(request);
    listener.onBegin(walk.step, walk);
    Horizon horizon = horizon(request.dataset(), request.parameters());
    while (walk.step < horizon.totalSteps() && !walk.stopped) {
      if (Thread.currentThread().isInterrupted()) {
        throw new EspalierException(FailureCode.CANCELLED, "the training was interrupted");
      }
      walk.go();
      hook.before(walk.step);
      int epoch = (walk.step - 1) / horizon.stepsPerEpoch() + 1;
      listener.onStep(
          new StepReport(walk.step, epoch, 1.0 / walk.step, 0.5, 0.1 * walk.factor, 1000), walk);
      if (walk.step % horizon.stepsPerEpoch() == 0) {
        listener.onMetric("validation", "loss", 2.0 / walk.step, walk.step);
      }
    }
    return walk.model;
  }

  private static final class Walk implements TrainingControl {
    private static final float DECAY = 0.9f;

    private final long seed;
    private Model model;
    private List<Tensor> momentum;
    private int step;
    private boolean stopped;
    private double factor = 1;

    Walk(Request request) {
      this.seed = request.seed();
      this.model = request.resumeFrom().map(Checkpoint::model).orElse(request.model());
      this.step = request.resumeFrom().map(Checkpoint::step).orElse(0);
      this.momentum =
          request.resumeFrom().map(Checkpoint::state).orElseGet(() -> stillness(request.model()));
    }

    private static List<Tensor> stillness(Model model) {
      return model.tensors().values().stream()
          .map(t -> Tensor.ofFloats("momentum/" + t.name(), t.shape(), new float[t.size()]))
          .toList();
    }

    void go() {
      step++;
      RandomGenerator random = Seeds.random(seed, "step/" + step);
      List<Tensor> weights = new ArrayList<>();
      List<Tensor> speeds = new ArrayList<>();
      for (Tensor speed : momentum) {
        Tensor weight = model.tensor(speed.name().substring("momentum/".length()));
        float[] v = speed.toFloatArray();
        float[] w = weight.toFloatArray();
        Mask mask = model.masks().get(weight.name());
        boolean tied = model.codebooks().containsKey(weight.name());
        for (int i = 0; i < w.length; i++) {
          boolean moves = !tied && (mask == null || mask.keeps(i));
          v[i] =
              moves
                  ? DECAY * v[i] + 0.01f * (float) (factor * random.nextGaussian()) - 0.001f * w[i]
                  : 0;
          w[i] += v[i];
        }
        weights.add(Tensor.ofFloats(weight.name(), weight.shape(), w));
        speeds.add(Tensor.ofFloats(speed.name(), speed.shape(), v));
      }
      model = model.withTensors(weights);
      momentum = speeds;
    }

    @Override
    public Model model() {
      return model;
    }

    @Override
    public void apply(Plan plan) {
      model = Plans.apply(model, plan);
      for (Edit edit : plan.edits()) {
        if (edit instanceof Edit.MaskWeights mask) {
          momentum = momentum.stream().map(m -> masked(m, mask.mask())).toList();
        }
      }
    }

    private static Tensor masked(Tensor speed, Mask mask) {
      if (!speed.name().equals("momentum/" + mask.tensor())) {
        return speed;
      }
      float[] v = speed.toFloatArray();
      for (int i = 0; i < v.length; i++) {
        v[i] = mask.keeps(i) ? v[i] : 0;
      }
      return Tensor.ofFloats(speed.name(), speed.shape(), v);
    }

    @Override
    public Checkpoint checkpoint() {
      return new Checkpoint(ID, step, model, momentum, Map.of());
    }

    @Override
    public void scaleLearningRate(double newFactor) {
      factor = newFactor;
    }

    @Override
    public void stop() {
      stopped = true;
    }
  }
}
