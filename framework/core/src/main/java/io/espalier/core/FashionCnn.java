package io.espalier.core;

import io.espalier.api.Model;

/**
 * A wide network for Fashion-MNIST: convolutions of 8, 16 and 32 filters of 3x3 without pooling, a
 * dense layer of 1,024; 15,876,874 parameters, nearly all of them in that dense layer, so that most
 * can be pruned.
 */
final class FashionCnn {
  static final BuildOptions DEFAULTS = new BuildOptions(10, 28, 28);

  private FashionCnn() {}

  static Model build(long seed, BuildOptions options) {
    GraphBuilder graph = new GraphBuilder("fashion-cnn", seed, Initializer.HE);
    Flow logits =
        graph
            .input("image", 1, options.height(), options.width())
            .conv("conv1", 8, Window.of(3))
            .relu("relu1")
            .conv("conv2", 16, Window.of(3))
            .relu("relu2")
            .conv("conv3", 32, Window.of(3))
            .relu("relu3")
            .flatten("flatten")
            .dense("fc1", 1024)
            .relu("relu4")
            .classifier("fc2", options.classes());
    return graph.build(logits, "logits");
  }
}
