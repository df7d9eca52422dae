package io.espalier.bench.engine;

import io.espalier.api.FineTuner;
import io.espalier.api.Model;
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
  public Timing train(Model model, Batch batch, int warmup, int steps) {
    FineTuner tuner = new JvmFineTuner();
    Parameters parameters =
        Parameters.of(
            tuner.description(),
            Map.of(
                "epochs",
                warmup + steps,
                "batchSize",
                batch.size(),
                "optimizer",
                "adam",
                "learningRate",
                LEARNING_RATE,
                "validationSplit",
                0.0,
                "threads",
                THREADS));
    Clock clock = new Clock(warmup);
    tuner.fineTune(new FineTuner.Request(model, batch, parameters, 1, Optional.empty()), clock);
    return new Timing((clock.end - clock.begin) / NANOS, clock.loss);
  }

  /** Starts after the steps that warm up and goes on to the last. */
  private static final class Clock implements TrainingListener {
    private final int warmup;
    private long begin;
    private long end;
    private double loss;

    Clock(int warmup) {
      this.warmup = warmup;
    }

    @Override
    public void onBegin(int step, TrainingControl control) {
      begin = System.nanoTime();
    }

    @Override
    public void onStep(StepReport report, TrainingControl control) {
      end = System.nanoTime();
      loss = report.loss();
      if (report.step() == warmup) {
        begin = end;
      }
    }

    @Override
    public void onMetric(String subject, String metric, double value, int step) {}
  }
}
