package io.espalier.bench.engine;

import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.core.BuildOptions;
import io.espalier.core.ModelBuilders;
import io.espalier.engine.OneStep;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The command {@code run parity [--json]}: one training step of a network with inverted residuals,
 * of one with residuals and of a transformer, tensor by tensor against libtorch's step from the
 * same weights on the same batch. It prints the largest error of each class of tensors and fails if
 * one is beyond {@link ParityRow#BOUND}.
 *
 * <p>The networks with rectifiers are {@linkplain AwayFromKinks away from kinks}, where the step is
 * well-conditioned.
 *
 * <p>Running variances are left out: ONNX defines them by the population variance of a batch,
 * PyTorch by that of a sample.
 */
public final class Parity {
  private static final double RATE = 0.05;
  private static final int THREADS = 2;
  private static final int CLASSES = 10;

  /**
   * Below this share of the model's largest gradient, one in double precision is rounding, and its
   * true value zero; its error is then seen against that largest one. Likewise statistics and new
   * weights below this, against 1.
   */
  private static final double ZERO = 1e-10;

  private Parity() {}

  /** Compares all networks. */
  public static void main(String[] arguments) {
    boolean json = List.of(arguments).contains("--json");
    torch.set_num_threads(THREADS);
    boolean beyond = false;
    for (ParityRow row :
        Stream.of(
                compare("mobilenet-v2", 96, 16),
                compare("resnet-18-cifar", 32, 16),
                compare("vit-tiny", 32, 8))
            .flatMap(Collection::stream)
            .toList()) {
      System.out.println(json ? row.json() : row.text());
      beyond |= row.beyond();
    }
    System.exit(beyond ? 1 : 0);
  }

  private static Collection<ParityRow> compare(String network, int pixels, int samples) {
    Batch batch = Batch.of(Shape.of(3, pixels, pixels), CLASSES, samples);
    Model built = ModelBuilders.model(network).build(1, new BuildOptions(CLASSES, pixels, pixels));
    Model model = AwayFromKinks.of(built, batch);
    Map<String, double[]> ours = tensors(OneStep.make(model, batch, RATE, THREADS));
    Map<String, double[]> peer = LibtorchStep.make(model, batch, RATE, ScalarType.Float);
    Map<String, double[]> exact = LibtorchStep.make(model, batch, RATE, ScalarType.Double);
    Map<String, String> kinds = TensorKinds.of(model);
    double largest =
        exact.entrySet().stream()
            .filter(e -> e.getKey().startsWith(LibtorchStep.GRADIENT))
            .mapToDouble(e -> norm(e.getValue()))
            .max()
            .orElseThrow();
    Map<String, ParityRow> rows = new LinkedHashMap<>();
    ours.forEach(
        (key, values) -> {
          int slash = key.indexOf('/');
          String tensor = key.substring(slash + 1);
          String kind = Optional.ofNullable(kinds.get(tensor)).orElse("");
          if (kind.equals(TensorKinds.RUNNING_VARIANCE)) {
            return;
          }
          double[] theirs = Optional.ofNullable(peer.get(key)).orElseThrow();
          double[] truth = Optional.ofNullable(exact.get(key)).orElseThrow();
          boolean gradient = key.startsWith(LibtorchStep.GRADIENT);
          double unit = gradient ? largest : 1;
          boolean zero = norm(truth) < ZERO * unit;
          double scale = zero ? unit : norm(truth);
          String what = slash < 0 ? key : key.substring(0, slash) + " " + kind;
          String name = network + ": " + what + (zero ? ", zero" : "");
          rows.merge(
              name,
              new ParityRow(
                  name,
                  1,
                  tensor,
                  apart(values, theirs) / scale,
                  apart(values, truth) / scale,
                  apart(theirs, truth) / scale),
              ParityRow::worse);
        });
    return rows.values();
  }

  private static Map<String, double[]> tensors(OneStep step) {
    Map<String, double[]> tensors = new LinkedHashMap<>();
    tensors.put(LibtorchStep.LOSS, new double[] {step.loss()});
    tensors.put(LibtorchStep.LOGITS, doubles(step.logits()));
    step.gradients().forEach(g -> tensors.put(LibtorchStep.GRADIENT + g.name(), doubles(g)));
    step.changed().forEach(w -> tensors.put(LibtorchStep.UPDATED + w.name(), doubles(w)));
    return tensors;
  }

  private static double[] doubles(Tensor tensor) {
    return doubles(tensor.toFloatArray());
  }

  private static double[] doubles(float[] floats) {
    double[] doubles = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      doubles[i] = floats[i];
    }
    return doubles;
  }

  private static double norm(double[] values) {
    double squares = 0;
    for (double value : values) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }

  private static double apart(double[] some, double[] others) {
    if (some.length != others.length) {
      throw new IllegalStateException(some.length + " elements against " + others.length);
    }
    double[] difference = new double[some.length];
    for (int i = 0; i < some.length; i++) {
      difference[i] = some[i] - others[i];
    }
    return norm(difference);
  }
}
