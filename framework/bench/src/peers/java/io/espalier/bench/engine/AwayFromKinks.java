package io.espalier.bench.engine;

import io.espalier.api.Model;
import io.espalier.api.Node;
import java.nio.DoubleBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A network whose rectifiers get no input within rounding of their kinks, on one batch. There, a
 * difference in the last bit turns an element's gradient on or off, and with batch normalisation
 * over a few numbers that is a visible share of a channel's gradient: two computations in float
 * then differ by percents, though both are right. So the bias of each channel that is normalised
 * before a rectifier is moved, by less than the distance between quartiles, until the kinks lie in
 * the widest gap between the channel's numbers. That gap is some hundred times as wide as rounding.
 */
final class AwayFromKinks {
  private final Model model;
  private final Map<String, float[]> biases = new HashMap<>();

  private AwayFromKinks(Model model) {
    this.model = model;
  }

  /** The network with other biases. */
  static Model of(Model model, Batch batch) {
    AwayFromKinks away = new AwayFromKinks(model);
    PointerScope scope = new PointerScope();
    try {
      LibtorchGraph graph = new LibtorchGraph(model, ScalarType.Double);
      Tensor samples = Tensor.create(batch.samples(), batch.shape()).to(ScalarType.Double);
      graph.logits(samples, away::moved);
    } finally {
      scope.close();
    }
    return model.withTensors(
        away.biases.entrySet().stream()
            .map(
                bias ->
                    io.espalier.api.Tensor.ofFloats(
                        bias.getKey(), model.tensor(bias.getKey()).shape(), bias.getValue()))
            .toList());
  }

  /** What a rectifier gets once the biases before it are moved. */
  private Tensor moved(Node rectifier, Tensor input) {
    String name = normalisation(rectifier.inputs().get(0)).inputs().get(2);
    float[] bias = model.tensor(name).toFloatArray();
    double[] kinks = kinks(rectifier);
    double[] shifts = new double[bias.length];
    double[][] channels = channels(input, bias.length);
    for (int c = 0; c < bias.length; c++) {
      float wanted = (float) (bias[c] + shift(channels[c], kinks));
      shifts[c] = (double) wanted - bias[c];
      bias[c] = wanted;
    }
    biases.put(name, bias);
    return input.add(Tensor.create(shifts, new long[] {1, bias.length, 1, 1}));
  }

  /** The normalisation that a value comes out of, or one of the two that are summed. */
  private Node normalisation(String value) {
    Node source =
        model.graph().nodes().stream()
            .filter(node -> node.outputs().contains(value))
            .findFirst()
            .orElseThrow();
    return switch (source.type()) {
      case "BatchNormalization" -> source;
      case "Add" -> normalisation(source.inputs().get(0));
      default ->
          throw new IllegalArgumentException(
              "node '%s' (%s) comes before a rectifier".formatted(source.name(), source.type()));
    };
  }

  private double[] kinks(Node rectifier) {
    if (rectifier.type().equals("Relu")) {
      return new double[] {0};
    }
    return rectifier.inputs().stream()
        .skip(1)
        .mapToDouble(name -> model.tensor(name).floats().get(0))
        .toArray();
  }

  /** Numbers of each channel, in order of size. */
  private static double[][] channels(Tensor input, int count) {
    DoubleBuffer buffer = input.detach().transpose(0, 1).contiguous().createBuffer();
    double[][] channels = new double[count][buffer.remaining() / count];
    for (double[] channel : channels) {
      buffer.get(channel);
      Arrays.sort(channel);
    }
    return channels;
  }

  /** What to add so that the nearest number is as far as possible from a kink. */
  private static double shift(double[] sorted, double[] kinks) {
    double best = 0;
    double widest = -1;
    for (int i = sorted.length / 4; i < sorted.length - sorted.length / 4; i++) {
      double shift = kinks[0] - (sorted[i] + sorted[i + 1]) / 2;
      double apart = Double.POSITIVE_INFINITY;
      for (double kink : kinks) {
        apart = Math.min(apart, apart(sorted, kink - shift));
      }
      if (apart > widest) {
        widest = apart;
        best = shift;
      }
    }
    return best;
  }

  private static double apart(double[] sorted, double from) {
    int at = Arrays.binarySearch(sorted, from);
    if (at >= 0) {
      return 0;
    }
    int above = -at - 1;
    double up = above < sorted.length ? sorted[above] - from : Double.POSITIVE_INFINITY;
    double down = above > 0 ? from - sorted[above - 1] : Double.POSITIVE_INFINITY;
    return Math.min(up, down);
  }
}
