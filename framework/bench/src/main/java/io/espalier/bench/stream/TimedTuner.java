package io.espalier.bench.stream;

import io.espalier.api.Dataset;
import io.espalier.api.Description;
import io.espalier.api.FineTuner;
import io.espalier.api.Horizon;
import io.espalier.api.Model;
import io.espalier.api.Parameters;
import io.espalier.api.StepReport;
import io.espalier.api.TrainingControl;
import io.espalier.api.TrainingListener;
import io.espalier.plugins.jvmtrainer.JvmFineTuner;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Our trainer, with a clock on what its listener takes: telling each step to log and bus. Steps
 * after which a checkpoint is written count on neither side. Clocks count the processor's time, so
 * that other processes that look on do not count.
 */
final class TimedTuner implements FineTuner {
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

  private final FineTuner trainer = new JvmFineTuner();
  private final AtomicLong steps;
  private final AtomicLong working;
  private final AtomicLong telling;

  /**
   * @param steps counts them
   * @param working adds up the nanoseconds of the training's thread
   * @param telling adds up those in the listener
   */
  TimedTuner(AtomicLong steps, AtomicLong working, AtomicLong telling) {
    this.steps = steps;
    this.working = working;
    this.telling = telling;
  }

  @Override
  public Description description() {
    return trainer.description();
  }

  @Override
  public Horizon horizon(Dataset dataset, Parameters parameters) {
    return trainer.horizon(dataset, parameters);
  }

  @Override
  public Model fineTune(Request request, TrainingListener listener) {
    return trainer.fineTune(
        request,
        new TrainingListener() {
          private long last = CLOCK.getCurrentThreadCpuTime();

          @Override
          public void onBegin(int step, TrainingControl control) {
            listener.onBegin(step, control);
          }

          @Override
          public void onStep(StepReport report, TrainingControl control) {
            CheckpointWatch watched = new CheckpointWatch(control);
            long start = CLOCK.getCurrentThreadCpuTime();
            listener.onStep(report, watched);
            long end = CLOCK.getCurrentThreadCpuTime();
            if (!watched.checkpointed()) {
              telling.addAndGet(end - start);
              working.addAndGet(end - last);
            }
            last = end;
            steps.incrementAndGet();
          }

          @Override
          public void onMetric(String subject, String metric, double value, int step) {
            listener.onMetric(subject, metric, value, step);
          }
        });
  }
}
