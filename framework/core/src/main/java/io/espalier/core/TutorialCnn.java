package io.espalier.core;

import io.espalier.api.Model;

/**
 * A small convolutional network for grey images, 28x28 and ten classes by default: convolution of
 * 12 filters of 3x3, ReLU, 2x2 max pooling, one dense layer; 20,410 parameters. It gives logits;
 * the softmax is the loss's.
 */
public final class TutorialCnn {
  static final BuildOptions DEFAULTS = new BuildOptions(10, 28, 28);

  private TutorialCnn() {}

  /**
   * The network, untrained: weights uniform after Glorot and Bengio (2010), biases zero.
   *
   * @param seed the same seed gives the same bytes
   */
  public static Model build(long seed) {
    return build(seed, DEFAULTS);
  }

  static Model build(long seed, BuildOptions options) {
    GraphBuilder graph = new GraphBuilder("tutorial-cnn", seed, Initializer.GLOROT);
    Flow logits =
        graph
            .input("image", 1, options.height(), options.width())
            .conv("conv", 12, Window.of(3))
            .relu("relu")
            .maxPool("pool", Window.of(2).withStride(2))
            .flatten("flatten")
            .classifier("dense", options.classes());
    return graph.build(logits, "logits");
  }
}
