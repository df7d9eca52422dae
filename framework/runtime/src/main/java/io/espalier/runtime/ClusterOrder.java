package io.espalier.runtime;

import io.espalier.api.Clusterer;
import io.espalier.api.Codebook;
import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.api.Statistic;
import io.espalier.api.Statistics;
import io.espalier.api.Tensor;
import io.espalier.core.LayerSelection;
import io.espalier.core.Plans;
import io.espalier.proto.Log;
import io.espalier.proto.RunEvent;
import io.espalier.runtime.scenario.ClusterSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Asks a stage's clusterer for codebooks, and checks what it gets against what was asked for. */
final class ClusterOrder {
  private final StageTask task;
  private final Plugged<Clusterer> clusterer;
  private final List<SharedWeights> weights;
  private final Map<String, Tensor> importance;

  /**
   * @throws EspalierException if the stage's selection does not fit the model
   */
  ClusterOrder(StageTask task) {
    this.task = task;
    this.clusterer = task.stage().clusterer(task.context().extensions());
    LayerSelection.Selected selected =
        ClusterSettings.selection(task.stage().spec().settings()).select(task.model());
    selected.notes().forEach(note -> tell("WARN", note));
    this.weights = SharedWeights.of(task.stage(), selected.layers());
    this.importance =
        importance(task, selected.layers().stream().map(LayerSelection.Choice::layer).toList());
  }

  /** What the stage says that errors are weighted by, by weight tensor. */
  private static Map<String, Tensor> importance(StageTask task, List<Layer> layers) {
    Map<String, Tensor> importance = new LinkedHashMap<>();
    switch (task.stage().spec().settings().get(ClusterSettings.WEIGHTING)) {
      case "gradient" -> {
        Statistic kind = Statistic.SQUARED_GRADIENT;
        Statistics measured = Calibration.of(task).measure(task.model(), layers, Set.of(kind));
        layers.forEach(layer -> importance.put(layer.weight(), measured.of(kind, layer)));
      }
      case "activation" -> {
        Statistic kind = Statistic.INPUT_NORM;
        List<Layer> withInputs = layers.stream().filter(l -> l.inputAxis() >= 0).toList();
        Statistics measured = Calibration.of(task).measure(task.model(), withInputs, Set.of(kind));
        withInputs.forEach(
            layer ->
                importance.put(layer.weight(), squaredInputs(layer, measured.of(kind, layer))));
      }
      default -> {}
    }
    return importance;
  }

  /** Of each weight, the squared norm of the input channel that it is multiplied with. */
  private static Tensor squaredInputs(Layer layer, Tensor norms) {
    int groups = Math.max(1, norms.size() / layer.inputs());
    int outputsOfGroup = Math.max(1, layer.outputs() / groups);
    float[] squares = new float[(int) layer.shape().size()];
    for (int i = 0; i < squares.length; i++) {
      int group = position(layer, layer.outputAxis(), i) / outputsOfGroup;
      float norm =
          norms.floats().get(group * layer.inputs() + position(layer, layer.inputAxis(), i));
      squares[i] = norm * norm;
    }
    return Tensor.ofFloats(layer.weight(), layer.shape(), squares);
  }

  private static int position(Layer layer, int axis, int element) {
    if (axis < 0) {
      return 0;
    }
    int inner = 1;
    for (int later = axis + 1; later < layer.shape().rank(); later++) {
      inner *= (int) layer.shape().dim(later);
    }
    return element / inner % (int) layer.shape().dim(axis);
  }

  String clusterer() {
    return clusterer.id();
  }

  List<SharedWeights> weights() {
    return weights;
  }

  /**
   * Codebooks for weights that are clustered as one.
   *
   * @param count the most values; empty for what the clusterer's parameters say
   * @throws EspalierException ({@link FailureCode#PLUGIN}) if the clusterer's codebook is not for
   *     what it was asked
   */
  List<Codebook> codebooks(SharedWeights shared, OptionalInt count) {
    task.context().steering().comeBy(task.context().events(), () -> {});
    Layer layer = shared.layer();
    long seed = task.context().seed(task.stage(), "cluster/" + layer.weight());
    Codebook codebook =
        clusterer.call(
            c ->
                c.cluster(
                    shared.request(task.model(), importance, count, clusterer.parameters(), seed)));
    if (!codebook.tensor().equals(layer.weight()) || !codebook.shape().equals(layer.shape())) {
      throw clusterer.broken(
          "gives a %s (%s) for tensor '%s' (%s)"
              .formatted(codebook, codebook.shape(), layer.weight(), layer.shape()));
    }
    boolean whole = codebook.channelAxis().isEmpty();
    if (whole && count.isPresent() && codebook.count() > count.getAsInt()) {
      throw clusterer.broken(
          "gives a %s where at most %d were asked for".formatted(codebook, count.getAsInt()));
    }
    return shared.codebooks(codebook);
  }

  /** The model with codebooks. */
  Model apply(List<Codebook> codebooks) {
    List<Edit> edits = new ArrayList<>();
    codebooks.forEach(codebook -> edits.add(new Edit.TieWeights(codebook)));
    Plan plan = new Plan(clusterer.id(), edits);
    return clusterer.call(c -> Plans.apply(task.model(), plan));
  }

  /** Weighted squared error that codebooks make. */
  double error(SharedWeights shared, List<Codebook> codebooks) {
    return shared.error(task.model(), importance, codebooks);
  }

  void tell(String level, String message) {
    task.context()
        .events()
        .publish(
            RunEvent.newBuilder().setLog(Log.newBuilder().setLevel(level).setMessage(message)));
  }
}
