package io.espalier.runtime;

import io.espalier.api.Schedule;
import io.espalier.api.Tensor;
import io.espalier.api.TrainingControl;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** When masks change in a training, and how. */
interface MaskUpdates {
  /** For a training that keeps the masks it began with. */
  MaskUpdates NONE =
      new MaskUpdates() {
        @Override
        public boolean updatesAt(int step) {
          return false;
        }

        @Override
        public void update(int step, TrainingControl control) {}

        @Override
        public OptionalDouble target(int step) {
          return OptionalDouble.empty();
        }
      };

  boolean updatesAt(int step);

  /**
   * Called before the first step.
   *
   * @param state of a checkpoint that the training goes on from; empty if there is none
   */
  default void begin(List<Tensor> state, TrainingControl control) {}

  /** Called after every step, before masks change. */
  default void stepped(TrainingControl control) {}

  /** Called with what is counted whenever masks change, and at begin and end. */
  default void counted(int step, LayerShares shares) {}

  /** What a checkpoint must hold besides the training's own state. */
  default List<Tensor> state() {
    return List.of();
  }

  /** Sets the masks of a step. */
  void update(int step, TrainingControl control);

  /** What says when masks are set, where something does. */
  default Optional<Schedule> schedule() {
    return Optional.empty();
  }

  /** Goes by another schedule from now on. */
  default void follow(Schedule schedule) {
    throw new IllegalStateException("nothing here goes by a schedule");
  }

  /** The sparsity asked for at a step, where something asks. */
  OptionalDouble target(int step);
}
