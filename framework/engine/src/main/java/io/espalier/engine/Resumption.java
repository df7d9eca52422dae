package io.espalier.engine;

import io.espalier.api.Checkpoint;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Horizon;
import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Writes checkpoints of one training, and refuses those of another. */
final class Resumption {
  private static final String GROUPS = "groups";

  private final String id;
  private final int totalSteps;
  private final Map<String, Double> marks;

  /**
   * @param groups into which each batch is cut
   */
  Resumption(String id, TrainingData data, TrainingOptions options, Horizon horizon, int groups) {
    this.id = id;
    this.totalSteps = horizon.totalSteps();
    this.marks =
        new TreeMap<>(
            Map.of(
                "samples",
                (double) data.trained(),
                "batchSize",
                (double) options.batchSize(),
                GROUPS,
                (double) groups,
                "totalSteps",
                (double) totalSteps));
  }

  /**
   * Into how many groups a training cuts its batches: if it resumes, into as many as before,
   * whatever the threads, so that it comes to the same bytes. A checkpoint that asks for what the
   * plan does not allow is refused by {@link #restore}.
   */
  static int groups(ExecutionPlan plan, int threads, Optional<Checkpoint> from) {
    return plan.groups(
        from.flatMap(checkpoint -> Optional.ofNullable(checkpoint.scalars().get(GROUPS)))
            .map(Double::intValue)
            .orElse(threads));
  }

  /** The training as it is after some steps. */
  Checkpoint checkpoint(int step, TrainingState state, ValidationWatch watch) {
    Map<String, Double> scalars = new TreeMap<>(marks);
    scalars.putAll(watch.scalars());
    List<Tensor> tensors = new ArrayList<>(state.optimizerState());
    tensors.addAll(watch.state());
    return new Checkpoint(id, step, state.model(), tensors, scalars);
  }

  /**
   * A number of a checkpoint.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) if it is not there
   */
  static double scalar(Map<String, Double> scalars, String name) {
    Double value = scalars.get(name);
    if (value == null) {
      throw new EspalierException(
          FailureCode.USAGE,
          "the checkpoint has no number '%s'; resume with the parameters it was made with"
              .formatted(name));
    }
    return value;
  }

  /**
   * Takes over the state of a checkpoint.
   *
   * @return steps already done
   * @throws EspalierException ({@link FailureCode#USAGE}) if it is of another training
   */
  int restore(Checkpoint checkpoint, TrainingState state, ValidationWatch watch) {
    if (!checkpoint.fineTuner().equals(id)) {
      throw new EspalierException(
          FailureCode.USAGE,
          "the checkpoint was written by fine-tuner '%s', not '%s'; resume with that one"
              .formatted(checkpoint.fineTuner(), id));
    }
    for (Map.Entry<String, Double> mark : marks.entrySet()) {
      Double there = checkpoint.scalars().get(mark.getKey());
      if (!mark.getValue().equals(there)) {
        throw new EspalierException(
            FailureCode.USAGE,
            "the checkpoint is of a training with %s = %s, this one has %s; resume with the same data and parameters"
                .formatted(mark.getKey(), there, mark.getValue()));
      }
    }
    if (checkpoint.step() < 0 || checkpoint.step() > totalSteps) {
      throw new EspalierException(
          FailureCode.USAGE,
          "the checkpoint is at step %d of a training of %d steps"
              .formatted(checkpoint.step(), totalSteps));
    }
    state.restore(checkpoint.state());
    watch.restore(checkpoint);
    return checkpoint.step();
  }
}
