package io.espalier.bench.engine;

import io.espalier.api.Model;
import java.nio.DoubleBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** One step of libtorch's plain gradient descent on a batch. */
final class LibtorchStep {
  /** Mean loss over the samples. */
  static final String LOSS = "loss";

  /** Samples x classes, as they were before the update. */
  static final String LOGITS = "logits";

  /** Before the name of a tensor: its gradient. */
  static final String GRADIENT = "gradient/";

  /** Before the name of a tensor: what the step has made of it. */
  static final String UPDATED = "updated/";

  private LibtorchStep() {}

  /**
   * Makes the step.
   *
   * @param precision that libtorch computes in
   * @return what it came to, by the names above
   */
  static Map<String, double[]> make(Model model, Batch batch, double rate, ScalarType precision) {
    PointerScope scope = new PointerScope();
    try {
      LibtorchGraph graph = new LibtorchGraph(model, precision);
      SGD optimizer = new SGD(graph.parameters(), new SGDOptions(rate));
      Tensor samples = Tensor.create(batch.samples(), batch.shape()).to(precision);
      Tensor labels = Tensor.create(Arrays.stream(batch.labels()).asLongStream().toArray());
      Tensor logits = graph.logits(samples);
      Tensor loss = torch.cross_entropy_loss(logits, labels);
      loss.backward();
      Map<String, double[]> tensors = new HashMap<>();
      tensors.put(LOSS, values(loss));
      tensors.put(LOGITS, values(logits));
      graph.trained().forEach((name, t) -> tensors.put(GRADIENT + name, values(t.grad())));
      optimizer.step();
      graph.trained().forEach((name, t) -> tensors.put(UPDATED + name, values(t)));
      graph.others().forEach((name, t) -> tensors.put(UPDATED + name, values(t)));
      return tensors;
    } finally {
      scope.close();
    }
  }

  private static double[] values(Tensor tensor) {
    DoubleBuffer buffer = tensor.detach().to(ScalarType.Double).contiguous().createBuffer();
    double[] values = new double[buffer.remaining()];
    buffer.get(values);
    return values;
  }
}
