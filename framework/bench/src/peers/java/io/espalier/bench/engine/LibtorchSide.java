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
      Batch batch = work.batch();
      LibtorchGraph graph = new LibtorchGraph(work.model());
      Optimizer optimizer = optimizer(work, graph.parameters());
      Tensor samples = Tensor.create(batch.samples(), batch.shape());
      Tensor labels = Tensor.create(Arrays.stream(batch.labels()).asLongStream().toArray());
      for (int i = 0; i < warmup; i++) {
        step(graph, optimizer, samples, labels);
      }
      double[] seconds = new double[steps];
      double loss = 0;
      for (int i = 0; i < steps; i++) {
        long begin = System.nanoTime();
        loss = step(graph, optimizer, samples, labels);
        seconds[i] = (System.nanoTime() - begin) / NANOS;
      }
      return new Timing(seconds, loss);
    } finally {
      kept.close();
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
