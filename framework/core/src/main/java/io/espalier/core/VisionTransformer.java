package io.espalier.core;

import io.espalier.api.Attribute;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A small vision transformer after Dosovitskiy et al. (2021), of the extents that Touvron et al.
 * (2021) call tiny: 12 blocks of width 192, 3 heads, 768 inside a block's perceptron. It is made
 * for small images: patches of 4x4 of 32x32 pixels give 64 tokens. The classifier sees the mean
 * token, after Beyer et al. (2022), not a class token.
 *
 * <p>Parameters, with D = 192 and T = 64 tokens: patches 48 D + D = 9,408; positions T D = 12,288;
 * a block 4 (D D + D) for attention, 4 D D + 4 D + 4 D D + D for the perceptron and 4 D for two
 * normalisations, 444,864 in all; the last normalisation 2 D = 384; ten classes 10 D + 10 = 1,930.
 * That makes 5,362,378.
 */
final class VisionTransformer {
  static final BuildOptions DEFAULTS = new BuildOptions(10, 32, 32);

  private static final int PATCH = 4;
  private static final long WIDTH = 192;
  private static final long HEADS = 3;
  private static final long INSIDE = 768;
  private static final int BLOCKS = 12;

  /** Positions start with a deviation of 0.02, as in the paper's code. */
  private static final double POSITION_LIMIT = 0.02 * Math.sqrt(3);

  private static final Map<String, Attribute> NONE = Map.of();

  private final GraphBuilder graph;
  private final long tokens;

  private VisionTransformer(GraphBuilder graph, long tokens) {
    this.graph = graph;
    this.tokens = tokens;
  }

  /**
   * @throws EspalierException ({@link FailureCode#USAGE}) if the patches do not tile the image
   */
  static Model build(long seed, BuildOptions options) {
    GraphBuilder graph = new GraphBuilder("vit-tiny", seed, Initializer.GLOROT);
    if (options.height() % PATCH != 0 || options.width() % PATCH != 0) {
      throw graph.impossible(
          "patches of %dx%d do not tile an image of %dx%d; ask for multiples of %d"
              .formatted(PATCH, PATCH, options.height(), options.width(), PATCH));
    }
    long tokens = (long) (options.height() / PATCH) * (options.width() / PATCH);
    Flow image = graph.input("image", 3, options.height(), options.width());
    return new VisionTransformer(graph, tokens).build(image, options.classes());
  }

  private Model build(Flow image, int classes) {
    Flow flow = embed(image);
    for (int block = 1; block <= BLOCKS; block++) {
      String name = "block" + block;
      Flow attended = attention(name + ".attention", normalize(name + ".norm1", flow));
      flow = flow.add(name + ".add1", attended);
      Flow thought = perceptron(name + ".mlp", normalize(name + ".norm2", flow));
      flow = flow.add(name + ".add2", thought);
    }
    Map<String, Attribute> overTokens = new TreeMap<>();
    overTokens.put("axes", Flow.ints(1));
    overTokens.put("keepdims", new Attribute.Int(0));
    Flow mean =
        graph.node(
            "mean",
            "ReduceMean",
            List.of(normalize("norm", flow).value()),
            overTokens,
            Shape.of(WIDTH));
    return graph.build(mean.classifier("dense", classes), "logits");
  }

  /** Patches as tokens, with their positions. */
  private Flow embed(Flow image) {
    Flow patches = image.conv("patches", WIDTH, Window.of(PATCH).withStride(PATCH));
    Flow rows = reshape("patches.rows", patches, Shape.of(WIDTH, tokens));
    Flow columns = transpose("patches.tokens", rows, Shape.of(tokens, WIDTH), 0, 2, 1);
    String positions = graph.weight("positions", Shape.of(tokens, WIDTH), POSITION_LIMIT);
    return binary("embed", "Add", columns, positions);
  }

  /** Multi-head self-attention: softmax(Q K' / sqrt(D / heads)) V. */
  private Flow attention(String name, Flow flow) {
    long part = WIDTH / HEADS;
    Shape perHead = Shape.of(HEADS, tokens, part);
    Shape scores = Shape.of(HEADS, tokens, tokens);
    Flow query =
        transpose(name + ".query.heads", heads(name + ".query", flow), perHead, 0, 2, 1, 3);
    Flow key =
        transpose(
            name + ".key.heads",
            heads(name + ".key", flow),
            Shape.of(HEADS, part, tokens),
            0,
            2,
            3,
            1);
    Flow seen = transpose(name + ".value.heads", heads(name + ".value", flow), perHead, 0, 2, 1, 3);
    String scale = constant("attention.scale", (float) (1 / Math.sqrt(part)));
    Flow likeness =
        binary(name + ".scale", "Mul", product(name + ".scores", query, key, scores), scale);
    Flow shares =
        graph.node(
            name + ".softmax",
            "Softmax",
            List.of(likeness.value()),
            Map.of("axis", new Attribute.Int(-1)),
            scores);
    Flow mixed = product(name + ".mix", shares, seen, perHead);
    Flow together = transpose(name + ".join", mixed, Shape.of(tokens, HEADS, part), 0, 2, 1, 3);
    return linear(
        name + ".out", reshape(name + ".join.rows", together, Shape.of(tokens, WIDTH)), WIDTH);
  }

  private Flow heads(String name, Flow flow) {
    return reshape(
        name + ".split", linear(name, flow, WIDTH), Shape.of(tokens, HEADS, WIDTH / HEADS));
  }

  private Flow perceptron(String name, Flow flow) {
    return linear(name + ".out", gelu(name + ".gelu", linear(name + ".in", flow, INSIDE)), WIDTH);
  }

  /**
   * x (1 + erf(x / sqrt 2)) / 2: Hendrycks and Gimpel (2016); operator set 17 has no node for it.
   */
  private Flow gelu(String name, Flow flow) {
    Flow scaled = binary(name + ".div", "Div", flow, constant("gelu.root", (float) Math.sqrt(2)));
    Flow erf = graph.node(name + ".erf", "Erf", List.of(scaled.value()), NONE, flow.sample());
    Flow shifted = binary(name + ".add", "Add", erf, constant("gelu.one", 1));
    Flow weighted = binary(name + ".mul", "Mul", flow, shifted.value());
    return binary(name + ".half", "Mul", weighted, constant("gelu.half", 0.5f));
  }

  /** The same dense layer for every token; weight inputs x outputs. */
  private Flow linear(String name, Flow flow, long outputs) {
    long features = flow.sample().dim(1);
    String weight =
        graph.weight(
            name + ".weight",
            Shape.of(features, outputs),
            graph.initializer().limit(features, outputs));
    Shape sample = Shape.of(tokens, outputs);
    Flow product =
        graph.node(name + ".matmul", "MatMul", List.of(flow.value(), weight), NONE, sample);
    return binary(
        name + ".add", "Add", product, graph.filled(name + ".bias", Shape.of(outputs), 0));
  }

  private Flow normalize(String name, Flow flow) {
    String scale = graph.filled(name + ".scale", Shape.of(WIDTH), 1);
    String bias = graph.filled(name + ".bias", Shape.of(WIDTH), 0);
    return graph.node(
        name,
        "LayerNormalization",
        List.of(flow.value(), scale, bias),
        Map.of("axis", new Attribute.Int(-1)),
        flow.sample());
  }

  private Flow product(String name, Flow left, Flow right, Shape sample) {
    return graph.node(name, "MatMul", List.of(left.value(), right.value()), NONE, sample);
  }

  private Flow binary(String name, String type, Flow flow, String other) {
    return graph.node(name, type, List.of(flow.value(), other), NONE, flow.sample());
  }

  private Flow reshape(String name, Flow flow, Shape sample) {
    long[] shape = new long[sample.rank() + 1];
    System.arraycopy(sample.toArray(), 0, shape, 1, sample.rank());
    String wanted = graph.longs(name + ".shape", shape);
    return graph.node(name, "Reshape", List.of(flow.value(), wanted), NONE, sample);
  }

  private Flow transpose(String name, Flow flow, Shape sample, long... axes) {
    return graph.node(
        name, "Transpose", List.of(flow.value()), Map.of("perm", Flow.ints(axes)), sample);
  }

  private String constant(String name, float value) {
    return graph.filled(name, Shape.of(), value);
  }
}
