package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Checkpoint;
import io.espalier.api.Model;
import io.espalier.core.CheckpointProtos;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Cuts trainings off and resumes them, for tests. */
final class Resuming {
  private Resuming() {}

  /**
   * Asserts that a training ends with the same bytes whether or not it is cut off at some steps.
   */
  static Model assertExact(TrainingOptions options, Model start, ArrayData data, int... steps) {
    List<Checkpoint> checkpoints = new ArrayList<>();
    Model whole =
        new Trainer("test", options)
            .train(
                Trainings.request(start, data, Optional.empty()),
                (Trainings.Steps)
                    (report, control) -> {
                      if (Arrays.stream(steps).anyMatch(step -> step == report.step())) {
                        checkpoints.add(control.checkpoint());
                      }
                    });
    assertThat(checkpoints).hasSameSizeAs(steps);
    for (Checkpoint checkpoint : checkpoints) {
      Checkpoint stored = CheckpointProtos.fromProto(CheckpointProtos.toProto(checkpoint), start);
      Model resumed =
          new Trainer("test", options)
              .train(
                  Trainings.request(start, data, Optional.of(stored)),
                  (Trainings.Steps) (report, control) -> {});
      assertThat(resumed).as("resumed from step %d", checkpoint.step()).isEqualTo(whole);
    }
    return whole;
  }
}
