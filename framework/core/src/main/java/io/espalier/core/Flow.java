package io.espalier.core;

import io.espalier.api.Attribute;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A value of a network under construction. Each method adds a node and gives its output; a flow
 * that is used twice branches. Images are channels x height x width.
 *
 * @param graph the network
 * @param value its name
 * @param sample extents of one sample: the batch is not among them
 */
record Flow(GraphBuilder graph, String value, Shape sample) {
  private static final Map<String, Attribute> NONE = Map.of();

  /**
   * Convolution with bias.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) if the window does not fit the image
   */
  Flow conv(String name, long filters, Window window) {
    return convolution(name, filters, window, 1, true);
  }

  /** Convolution without bias, as before a normalisation, which has one. */
  Flow convWithoutBias(String name, long filters, Window window) {
    return convolution(name, filters, window, 1, false);
  }

  /** Convolution of each channel by itself, without bias. */
  Flow depthwise(String name, Window window) {
    return convolution(name, channels(), window, channels(), false);
  }

  private Flow convolution(String name, long filters, Window window, long group, boolean bias) {
    long area = (long) window.size() * window.size();
    double limit = graph.initializer().limit(area * channels() / group, area * (filters / group));
    String weight =
        graph.weight(
            name + ".weight",
            Shape.of(filters, channels() / group, window.size(), window.size()),
            limit);
    List<String> inputs =
        bias
            ? List.of(value, weight, graph.filled(name + ".bias", Shape.of(filters), 0))
            : List.of(value, weight);
    Map<String, Attribute> attributes = attributes(window);
    if (group != 1) {
      attributes.put("group", new Attribute.Int(group));
    }
    return graph.node(name, "Conv", inputs, attributes, slide(name, window, filters));
  }

  /** The greatest value under a window. */
  Flow maxPool(String name, Window window) {
    return graph.node(
        name, "MaxPool", List.of(value), attributes(window), slide(name, window, channels()));
  }

  /** The mean of each channel: channels x 1 x 1. */
  Flow globalAveragePool(String name) {
    return graph.node(name, "GlobalAveragePool", List.of(value), NONE, Shape.of(channels(), 1, 1));
  }

  /** Scale and shift of each channel by its statistics; they start as the identity. */
  Flow batchNorm(String name) {
    Shape channels = Shape.of(channels());
    List<String> inputs =
        List.of(
            value,
            graph.filled(name + ".scale", channels, 1),
            graph.filled(name + ".bias", channels, 0),
            graph.filled(name + ".mean", channels, 0),
            graph.filled(name + ".variance", channels, 1));
    return graph.node(name, "BatchNormalization", inputs, NONE, sample);
  }

  Flow relu(String name) {
    return graph.node(name, "Relu", List.of(value), NONE, sample);
  }

  /** A rectifier that ends at 6: Krizhevsky (2010). */
  Flow relu6(String name) {
    String low = graph.filled("relu6.min", Shape.of(), 0);
    String high = graph.filled("relu6.max", Shape.of(), 6);
    return graph.node(name, "Clip", List.of(value, low, high), NONE, sample);
  }

  /** The sum with a flow of the same shape. */
  Flow add(String name, Flow other) {
    return graph.node(name, "Add", List.of(value, other.value), NONE, sample);
  }

  /** More channels, of zeros, behind those there are. */
  Flow padChannels(String name, long channels) {
    String pads = graph.longs(name + ".pads", 0, 0, 0, 0, 0, channels - channels(), 0, 0);
    return graph.node(
        name, "Pad", List.of(value, pads), NONE, Shape.of(channels, sample.dim(1), sample.dim(2)));
  }

  /** All of a sample in one row. */
  Flow flatten(String name) {
    return graph.node(
        name,
        "Flatten",
        List.of(value),
        Map.of("axis", new Attribute.Int(1)),
        Shape.of(sample.size()));
  }

  /** Dense layer with bias on a row; weight outputs x inputs. */
  Flow dense(String name, long outputs) {
    return dense(name, outputs, graph.initializer());
  }

  /** The last dense layer: no rectifier follows, so it starts after {@link Initializer#GLOROT}. */
  Flow classifier(String name, long classes) {
    return dense(name, classes, Initializer.GLOROT);
  }

  private Flow dense(String name, long outputs, Initializer initializer) {
    long features = sample.size();
    String weight =
        graph.weight(
            name + ".weight", Shape.of(outputs, features), initializer.limit(features, outputs));
    String bias = graph.filled(name + ".bias", Shape.of(outputs), 0);
    return graph.node(
        name,
        "Gemm",
        List.of(value, weight, bias),
        Map.of("transB", new Attribute.Int(1)),
        Shape.of(outputs));
  }

  long channels() {
    return sample.dim(0);
  }

  private Shape slide(String name, Window window, long filters) {
    long height = window.places(sample.dim(1));
    long width = window.places(sample.dim(2));
    if (height < 1 || width < 1) {
      throw graph.impossible(
          "layer '%s' slides a window of %dx%d over %dx%d pixels; ask for a larger image"
              .formatted(name, window.size(), window.size(), sample.dim(1), sample.dim(2)));
    }
    return Shape.of(filters, height, width);
  }

  private static Map<String, Attribute> attributes(Window window) {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("kernel_shape", ints(window.size(), window.size()));
    if (window.stride() != 1) {
      attributes.put("strides", ints(window.stride(), window.stride()));
    }
    if (window.pad() != 0) {
      attributes.put("pads", ints(window.pad(), window.pad(), window.pad(), window.pad()));
    }
    return attributes;
  }

  static Attribute ints(long... values) {
    return new Attribute.Ints(Arrays.stream(values).boxed().toList());
  }
}
