package io.espalier.bench.engine;

import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A network whose rectifiers get no input near their kinks. There, a difference in the last bit
 * turns an element's gradient on or off, and with batch normalisation over a few numbers that is a
 * visible share of a channel's gradient: two computations in float then differ by percents, though
 * both are right. So each batch normalisation before a rectifier gets a scale of 0.8 and channels
 * that are wholly in one of the rectifier's parts: mostly where it passes, some where it is zero,
 * and with an upper end some beyond that.
 */
final class AwayFromKinks {
  private static final float SCALE = 0.8f;
  private static final float PASSING = 3;
  private static final float[] OF_RELU = {PASSING, PASSING, PASSING, -9};
  private static final float[] OF_CLIP = {PASSING, PASSING, -9, 15};

  private final Model model;

  private AwayFromKinks(Model model) {
    this.model = model;
  }

  /** The network with other scales and biases. */
  static Model of(Model model) {
    List<Tensor> moved = new ArrayList<>();
    AwayFromKinks away = new AwayFromKinks(model);
    for (Node node : model.graph().nodes()) {
      float[] biases = node.type().equals("BatchNormalization") ? away.biases(node) : new float[0];
      if (biases.length > 0) {
        moved.add(filled(model.tensor(node.inputs().get(1)), SCALE));
        moved.add(filled(model.tensor(node.inputs().get(2)), biases));
      }
    }
    return model.withTensors(moved);
  }

  /** What its channels' biases are in turn; none where no rectifier follows. */
  private float[] biases(Node node) {
    List<String> next = consumers(node).stream().map(Node::type).toList();
    if (next.contains("Clip")) {
      return OF_CLIP;
    }
    if (next.contains("Relu")) {
      return OF_RELU;
    }
    boolean summed =
        consumers(node).stream()
            .filter(other -> other.type().equals("Add"))
            .flatMap(sum -> consumers(sum).stream())
            .anyMatch(other -> other.type().equals("Relu"));
    return summed ? new float[] {PASSING} : new float[0];
  }

  private List<Node> consumers(Node node) {
    return model.graph().nodes().stream()
        .filter(other -> other.inputs().contains(node.outputs().get(0)))
        .toList();
  }

  private static Tensor filled(Tensor tensor, float... inTurn) {
    float[] values = new float[tensor.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = inTurn[i % inTurn.length];
    }
    return Tensor.ofFloats(tensor.name(), tensor.shape(), values);
  }
}
