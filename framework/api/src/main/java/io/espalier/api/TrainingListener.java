package io.espalier.api;

/**
 * Watches and steers a training, on the training's own thread: what it does, the training waits
 * for.
 */
public interface TrainingListener {
  /**
   * Called once before the first step.
   *
   * @param step steps already done: 0, or those of the checkpoint that the training resumes from
   */
  void onBegin(int step, TrainingControl control);

  /** Called after every optimizer step, with all constraints applied. */
  void onStep(StepReport report, TrainingControl control);

  /**
   * Called when something was measured besides the steps, such as validation accuracy at the end of
   * an epoch.
   *
   * @param subject which split, such as {@code validation}
   * @param metric standard name, such as {@code accuracy}
   * @param step steps done
   */
  void onMetric(String subject, String metric, double value, int step);

  /**
   * Called at most once, after everything else, if the fine-tuner ends the training before its
   * horizon by a rule of its own, such as a validation loss that no longer falls. Not called for a
   * training that {@link TrainingControl#stop} ended.
   *
   * @param step steps done, below the horizon's total
   * @param reason why, one line for people, without a subject's name before it
   */
  default void onEarlyEnd(int step, String reason) {}
}
