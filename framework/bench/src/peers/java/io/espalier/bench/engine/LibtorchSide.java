package io.espalier.bench.engine;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * libtorch through its C++ interface: the graph's operators with automatic gradients, its own
 * optimizers, the batch in its memory before the clock starts. Like Espalier it tells each step's
 * loss; unlike Espalier it is spared the reading of samples and each step's accuracy.
 */
final class LibtorchSide implements Side {
  private static final double NANOS = 1e9;

  LibtorchSide() {
    torch.set_num_threads(THREADS);
  }

  @Override
  public String name() {
    return "libtorch";
  }

  @Override
  public Timing train(Work work, int warmup, int steps) {
    PointerScope kept = new PointerScope();
    try {
      Training training = new Training(work, steps);
      for (int i = -warmup; i < steps; i++) {
        training.step(i);
      }
      return training.timing();
    } finally {
      kept.close();
    }
  }

  @Override
  public Pair alternate(Work one, Work other, int warmup, int steps) {
    PointerScope kept = new PointerScope();
    try {
      Training first = new Training(one, steps);
      Training second = new Training(other, steps);
      for (int i = -warmup; i < steps; i++) {
        first.step(i);
        second.step(i);
      }
      return new Pair(first.timing(), second.timing());
    } finally {
      kept.close();
    }
  }

  /** A training under way. */
  private static final class Training {
    private final LibtorchGraph graph;
    private final Optimizer optimizer;
    private final Tensor samples;
    private final Tensor labels;
    private final double[] seconds;
    private double loss;

    Training(Work work, int steps) {
      Batch batch = work.batch();
      graph = new LibtorchGraph(work.model());
      optimizer = optimizer(work, graph.parameters());
      samples = Tensor.create(batch.samples(), batch.shape());
      labels = Tensor.create(Arrays.stream(batch.labels()).asLongStream().toArray());
      seconds = new double[steps];
    }

    /**
     * Makes a step.
     *
     * @param number among those that are timed; below 0 if it is not
     */
    void step(int number) {
      long begin = System.nanoTime();
      loss = LibtorchSide.step(graph, optimizer, samples, labels);
      if (number >= 0) {
        seconds[number] = (System.nanoTime() - begin) / NANOS;
      }
    }

    Timing timing() {
      return new Timing(seconds, loss);
    }
  }

  private static Optimizer optimizer(Work work, TensorVector parameters) {
    if (work.optimizer().equals("adam")) {
      return new Adam(parameters, new AdamOptions(LEARNING_RATE));
    }
    SGDOptions options = new SGDOptions(LEARNING_RATE);
    options.momentum().put(MOMENTUM);
    return new SGD(parameters, options);
  }

  private static double step(
      LibtorchGraph graph, Optimizer optimizer, Tensor samples, Tensor labels) {
    PointerScope temporary = new PointerScope();
    try {
      optimizer.zero_grad();
      Tensor loss = loss(graph, samples, labels);
      loss.backward();
      optimizer.step();
      return loss.item_float();
    } finally {
      temporary.close();
    }
  }

  /** The loss with nothing but itself held, so that the way back can free what it has used. */
  private static Tensor loss(LibtorchGraph graph, Tensor samples, Tensor labels) {
    PointerScope outer = PointerScope.getInnerScope();
    PointerScope temporary = new PointerScope();
    try {
      Tensor loss = torch.cross_entropy_loss(graph.logits(samples), labels);
      outer.attach(loss);
      return loss;
    } finally {
      temporary.close();
    }
  }
}
