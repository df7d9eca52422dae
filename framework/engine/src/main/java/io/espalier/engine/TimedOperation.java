package io.espalier.engine;

import java.util.concurrent.atomic.LongAdder;

/** An operation and how long it has taken, on all threads together. */
final class TimedOperation implements Operation {
  private final Operation operation;
  private final LongAdder forwardNanos = new LongAdder();
  private final LongAdder backwardNanos = new LongAdder();

  TimedOperation(Operation operation) {
    this.operation = operation;
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
}
