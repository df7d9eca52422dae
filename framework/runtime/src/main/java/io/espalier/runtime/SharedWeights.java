package io.espalier.runtime;

import io.espalier.api.Clusterer;
import io.espalier.api.Codebook;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.NdTensors;
import io.espalier.api.Parameters;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.core.LayerSelection;
import io.espalier.runtime.scenario.ClusterSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Weights that are clustered as one: those of a layer, or of all layers of a stage in a row.
 *
 * @param layers whose weights they are
 * @param palette that their codebooks share; empty for a layer alone
 * @param clusters how many values they have, if the stage says so
 */
record SharedWeights(List<Layer> layers, String palette, OptionalInt clusters) {
  SharedWeights {
    layers = List.copyOf(layers);
  }

  /** What a stage clusters as one each. */
  static List<SharedWeights> of(PreparedStage stage, List<LayerSelection.Choice> choices) {
    Parameters settings = stage.spec().settings();
    if (settings.get(ClusterSettings.SHARING).equals("layers")) {
      List<Layer> all = choices.stream().map(LayerSelection.Choice::layer).toList();
      return List.of(new SharedWeights(all, stage.name(), OptionalInt.empty()));
    }
    return choices.stream()
        .map(
            choice ->
                new SharedWeights(
                    List.of(choice.layer()), "", ClusterSettings.clusters(settings, choice)))
        .toList();
  }

  /** The layer, or one that stands for all of them: their weights in a row, without channels. */
  Layer layer() {
    if (palette.isEmpty()) {
      return layers.get(0);
    }
    return new Layer(name(), "shared", palette, Shape.of(size()), -1, -1);
  }

  /** Names of the layers. */
  String name() {
    return layers.stream().map(Layer::name).collect(Collectors.joining(", "));
  }

  int size() {
    return Math.toIntExact(layers.stream().mapToLong(layer -> layer.shape().size()).sum());
  }

  /** What a clusterer is asked. */
  Clusterer.Request request(
      Model model,
      Map<String, Tensor> importance,
      OptionalInt count,
      Parameters parameters,
      long seed) {
    return new Clusterer.Request(
        layer(),
        row(model.tensors()).orElseThrow(),
        mask(model),
        row(importance),
        count,
        parameters,
        seed);
  }

  /** The tensors in a row; empty if there are none. Where some lack, their weights count 1 each. */
  private Optional<INDArray> row(Map<String, Tensor> tensors) {
    List<String> names = layers.stream().map(Layer::weight).toList();
    if (names.stream().noneMatch(tensors::containsKey)) {
      return Optional.empty();
    }
    if (palette.isEmpty()) {
      return Optional.ofNullable(tensors.get(names.get(0))).map(NdTensors::view);
    }
    float[] row = new float[size()];
    Arrays.fill(row, 1);
    int at = 0;
    for (Layer layer : layers) {
      Tensor tensor = tensors.get(layer.weight());
      int length = (int) layer.shape().size();
      if (tensor != null) {
        tensor.floats().get(row, at, length);
      }
      at += length;
    }
    return Optional.of(NdTensors.view(Tensor.ofFloats(palette, Shape.of(row.length), row)));
  }

  private Optional<Mask> mask(Model model) {
    if (palette.isEmpty()) {
      return Optional.ofNullable(model.masks().get(layers.get(0).weight()));
    }
    if (layers.stream().noneMatch(layer -> model.masks().containsKey(layer.weight()))) {
      return Optional.empty();
    }
    Mask.Builder row = new Mask.Builder(palette, Shape.of(size()));
    int at = 0;
    for (Layer layer : layers) {
      Mask mask = model.masks().get(layer.weight());
      int length = (int) layer.shape().size();
      for (int i = 0; i < length; i++) {
        if (mask == null || mask.keeps(i)) {
          row.keep(at + i);
        }
      }
      at += length;
    }
    return Optional.of(row.build());
  }

  /** The codebook of each layer, out of that of {@link #layer}. */
  List<Codebook> codebooks(Codebook all) {
    if (palette.isEmpty()) {
      return List.of(all);
    }
    List<Codebook> codebooks = new ArrayList<>();
    char[] indices = all.indices();
    int at = 0;
    for (Layer layer : layers) {
      int length = (int) layer.shape().size();
      char[] own = Arrays.copyOfRange(indices, at, at + length);
      codebooks.add(
          new Codebook(layer.weight(), layer.shape(), all.values(), own, all.zero())
              .ofPalette(palette));
      at += length;
    }
    return codebooks;
  }

  /** Weighted squared error that codebooks make. */
  double error(Model model, Map<String, Tensor> importance, List<Codebook> codebooks) {
    double error = 0;
    Map<String, Codebook> byTensor = new LinkedHashMap<>();
    codebooks.forEach(codebook -> byTensor.put(codebook.tensor(), codebook));
    for (Layer layer : layers) {
      Tensor mass = importance.get(layer.weight());
      Tensor weights = model.tensor(layer.weight());
      Codebook codebook = byTensor.get(layer.weight());
      for (int i = 0; codebook != null && i < weights.size(); i++) {
        double off = (double) weights.floats().get(i) - codebook.value(codebook.index(i));
        error += off * off * (mass == null ? 1 : mass.floats().get(i));
      }
    }
    return error;
  }
}
