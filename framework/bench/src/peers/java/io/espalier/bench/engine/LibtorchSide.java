package io.espalier.bench.engine;

import io.espalier.api.Model;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * libtorch through its C++ interface: the graph's operators with automatic gradients, its own Adam,
 * the batch in its memory before the clock starts. Like Espalier it tells each step's loss; unlike
 * Espalier it is spared the reading of samples and each step's accuracy.
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
  public Timing train(Model model, Batch batch, int warmup, int steps) {
    PointerScope kept = new PointerScope();
    try {
      LibtorchGraph graph = new LibtorchGraph(model);
      Adam adam = new Adam(graph.parameters(), new AdamOptions(LEARNING_RATE));
      Tensor samples = Tensor.create(batch.samples(), shape(batch));
      Tensor labels = Tensor.create(Arrays.stream(batch.labels()).asLongStream().toArray());
      for (int i = 0; i < warmup; i++) {
        step(graph, adam, samples, labels);
      }
      double loss = 0;
      long begin = System.nanoTime();
      for (int i = 0; i < steps; i++) {
        loss = step(graph, adam, samples, labels);
      }
      return new Timing((System.nanoTime() - begin) / NANOS, loss);
    } finally {
      kept.close();
    }
  }

  private static double step(LibtorchGraph graph, Adam adam, Tensor samples, Tensor labels) {
    PointerScope temporary = new PointerScope();
    try {
      adam.zero_grad();
      Tensor loss = torch.cross_entropy_loss(graph.logits(samples), labels);
      loss.backward();
      adam.step();
      return loss.item_float();
    } finally {
      temporary.close();
    }
  }

  private static long[] shape(Batch batch) {
    long[] sample = batch.sample().toArray();
    long[] shape = new long[sample.length + 1];
    shape[0] = batch.size();
    System.arraycopy(sample, 0, shape, 1, sample.length);
    return shape;
  }
}
