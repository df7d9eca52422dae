package io.espalier.bench.engine;

import io.espalier.api.FineTuner;
import io.espalier.api.Parameters;
import io.espalier.api.StepReport;
import io.espalier.api.TrainingControl;
import io.espalier.api.TrainingListener;
import io.espalier.plugins.jvmtrainer.JvmFineTuner;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;

/** Espalier's engine through the fine-tuner that scenarios use. */
final class EspalierSide implements Side {
  private static final double NANOS = 1e9;

  @Override
  public String name() {
    return "Espalier";
  }

  @Override
  public Timing train(Work work, int warmup, int steps) {
    Semaphore alone = new Semaphore(1);
    return train(work, warmup, steps, alone, alone);
  }

  @Override
  public Pair alternate(Work one, Work other, int warmup, int steps) {
    Semaphore first = new Semaphore(1);
    Semaphore second = new Semaphore(0);
    FutureTask<Timing> beside = new FutureTask<>(() -> train(other, warmup, steps, second, first));
    new Thread(beside, "second training").start();
    Timing here = train(one, warmup, steps, first, second);
    try {
      return new Pair(here, beside.get());
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * @param turn from which a step takes the permit that it needs
   * @param next which gets it then
   */
  private static Timing train(Work work, int warmup, int steps, Semaphore turn, Semaphore next) {
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
    Clock clock = new Clock(warmup, steps, turn, next);
    try {
      tuner.fineTune(
          new FineTuner.Request(work.model(), work.batch(), parameters, 1, Optional.empty()),
          clock);
    } finally {
      next.release();
    }
    return new Timing(clock.seconds, clock.loss);
  }

  /** Tells the time of each step after those that warm up, but not what it waits for its turn. */
  private static final class Clock implements TrainingListener {
    private final int warmup;
    private final double[] seconds;
    private final Semaphore turn;
    private final Semaphore next;
    private long begin;
    private double loss;

    Clock(int warmup, int steps, Semaphore turn, Semaphore next) {
      this.warmup = warmup;
      this.turn = turn;
      this.next = next;
      seconds = new double[steps];
    }

    @Override
    public void onBegin(int step, TrainingControl control) {
      turn.acquireUninterruptibly();
      begin = System.nanoTime();
    }

    @Override
    public void onStep(StepReport report, TrainingControl control) {
      long now = System.nanoTime();
      loss = report.loss();
      int timed = report.step() - warmup;
      if (timed > 0) {
        seconds[timed - 1] = (now - begin) / NANOS;
      }
      if (timed < seconds.length) {
        next.release();
        turn.acquireUninterruptibly();
      }
      begin = System.nanoTime();
    }

    @Override
    public void onMetric(String subject, String metric, double value, int step) {}
  }
}
