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
import java.util.concurrent.atomic.AtomicLong;

/** Our trainer, with a clock on what its listener takes: telling each step to log and bus. */
final class TimedTuner implements FineTuner {
  private final FineTuner trainer = new JvmFineTuner();
  private final AtomicLong steps;
  private final AtomicLong telling;

  /**
   * @param steps counts them
   * @param telling adds up the nanoseconds in the listener
   */
  TimedTuner(AtomicLong steps, AtomicLong telling) {
    this.steps = steps;
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
          @Override
          public void onBegin(int step, TrainingControl control) {
            listener.onBegin(step, control);
          }

          @Override
          public void onStep(StepReport report, TrainingControl control) {
            long start = System.nanoTime();
            listener.onStep(report, control);
            telling.addAndGet(System.nanoTime() - start);
            steps.incrementAndGet();
          }

          @Override
          public void onMetric(String subject, String metric, double value, int step) {
            listener.onMetric(subject, metric, value, step);
          }
        });
  }
}
