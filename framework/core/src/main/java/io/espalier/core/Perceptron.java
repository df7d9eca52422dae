package io.espalier.core;

import io.espalier.api.Model;

/** A multilayer perceptron for grey images, 784-1024-1024-10 by default: 1,863,690 parameters. */
final class Perceptron {
  static final BuildOptions DEFAULTS = new BuildOptions(10, 28, 28);

  private Perceptron() {}

  static Model build(long seed, BuildOptions options) {
    GraphBuilder graph = new GraphBuilder("mlp", seed, Initializer.HE);
    Flow logits =
        graph
            .input("image", 1, options.height(), options.width())
            .flatten("flatten")
            .dense("dense1", 1024)
            .relu("relu1")
            .dense("dense2", 1024)
            .relu("relu2")
            .classifier("dense3", options.classes());
    return graph.build(logits, "logits");
  }
}
