package io.espalier.bench.engine;

import io.espalier.api.FineTuner;
import io.espalier.api.Parameters;
import io.espalier.api.StepReport;
import io.espalier.api.TrainingControl;
import io.espalier.api.TrainingListener;
import io.espalier.plugins.jvmtrainer.JvmFineTuner;
import java.util.Map;
import java.util.Optional;

/** Espalier's engine through the fine-tuner that scenarios use. */
final class EspalierSide implements Side {
  private static final double NANOS = 1e9;

  @Override
  public String name() {
    return "Espalier";
  }

  @Override
  public Timing train(Work work, int warmup, int steps) {
    FineTuner tuner = new JvmFineTuner();
    Parameters parameters =
        Parameters.of(
            tuner.description(),
            Map.of(
                "epochs",
                warmup + steps,
                "batchSize",
                work.batch().size(),
                "optimizer",
                work.optimizer(),
                "momentum",
                MOMENTUM,
                "learningRate",
                LEARNING_RATE,
                "validationSplit",
                0.0,
                "threads",
                THREADS));
    Clock clock = new Clock(warmup, steps);
    tuner.fineTune(
        new FineTuner.Request(work.model(), work.batch(), parameters, 1, Optional.empty()), clock);
    return new Timing(clock.seconds, clock.loss);
  }

  /** Tells the time of each step after those that warm up. */
  private static final class Clock implements TrainingListener {
    private final int warmup;
    private final double[] seconds;
    private long last;
    private double loss;

    Clock(int warmup, int steps) {
      this.warmup = warmup;
      seconds = new double[steps];
    }

    @Override
    public void onBegin(int step, TrainingControl control) {
      last = System.nanoTime();
    }

    @Override
    public void onStep(StepReport report, TrainingControl control) {
      long now = System.nanoTime();
      loss = report.loss();
      if (report.step() > warmup) {
        seconds[report.step() - warmup - 1] = (now - last) / NANOS;
      }
      last = now;
    }

    @Override
    public void onMetric(String subject, String metric, double value, int step) {}
  }
}
