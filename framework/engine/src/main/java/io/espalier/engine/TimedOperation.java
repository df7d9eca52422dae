package io.espalier.engine;

import java.util.concurrent.atomic.LongAdder;

/** An operation and how long it has taken, on all threads together. */
class TimedOperation implements Operation {
  private final Operation operation;
  private final LongAdder forwardNanos = new LongAdder();
  private final LongAdder backwardNanos = new LongAdder();

  private TimedOperation(Operation operation) {
    this.operation = operation;
  }

  /** Times an operation; one for the whole batch stays one. */
  static TimedOperation of(Operation operation) {
    return operation instanceof BatchOperation whole
        ? new Whole(whole)
        : new TimedOperation(operation);
  }

  /** Forgets what has been timed. */
  void reset() {
    forwardNanos.reset();
    backwardNanos.reset();
  }

  long forwardNanos() {
    return forwardNanos.sum();
  }

  /** Of the way back, with what is brought back for it. */
  long backwardNanos() {
    return backwardNanos.sum();
  }

  @Override
  public Value output() {
    return operation.output();
  }

  @Override
  public void prepare(float[] weights, float[][] shared) {
    long begin = System.nanoTime();
    operation.prepare(weights, shared);
    backwardNanos.add(System.nanoTime() - begin);
  }

  @Override
  public void forward(Frame frame) {
    long begin = System.nanoTime();
    operation.forward(frame);
    forwardNanos.add(System.nanoTime() - begin);
  }

  @Override
  public void recall(Frame frame) {
    long begin = System.nanoTime();
    operation.recall(frame);
    backwardNanos.add(System.nanoTime() - begin);
  }

  @Override
  public void backward(Frame frame) {
    long begin = System.nanoTime();
    operation.backward(frame);
    backwardNanos.add(System.nanoTime() - begin);
  }

  /** An operation for the whole batch: its tasks are timed, round by round. */
  private static final class Whole extends TimedOperation implements BatchOperation {
    private final BatchOperation whole;

    Whole(BatchOperation whole) {
      super(whole);
      this.whole = whole;
    }

    @Override
    public Value input() {
      return whole.input();
    }

    @Override
    public int forwardRounds() {
      return whole.forwardRounds();
    }

    @Override
    public int rounds() {
      return whole.rounds();
    }

    @Override
    public int tasks(Batch batch, int round) {
      return whole.tasks(batch, round);
    }

    @Override
    public void run(Batch batch, int round, int task, Frame frame) {
      long begin = System.nanoTime();
      whole.run(batch, round, task, frame);
      LongAdder nanos = round < whole.forwardRounds() ? super.forwardNanos : super.backwardNanos;
      nanos.add(System.nanoTime() - begin);
    }

    @Override
    public long shared(int buffer, int samples) {
      return whole.shared(buffer, samples);
    }
  }
}
