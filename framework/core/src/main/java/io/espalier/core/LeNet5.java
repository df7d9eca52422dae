package io.espalier.core;

import io.espalier.api.Model;

/**
 * LeNet-5 after LeCun, Bottou, Bengio and Haffner (1998): convolutions of 6 and 16 filters of 5x5,
 * dense layers of 120 and 84; 61,706 parameters for ten classes.
 *
 * <p>The paper's images have 32x32 pixels. Smaller ones, such as the 28x28 of MNIST, are padded in
 * the first convolution by 2 pixels a side, which makes 32x32 of 28x28: both sizes have the same
 * parameters. As is usual since, the second convolution sees all six maps, and ReLU and max pooling
 * stand for the paper's scaled tangents and trained means.
 */
final class LeNet5 {
  static final BuildOptions DEFAULTS = new BuildOptions(10, 28, 28);

  private static final int PAPER_SIZE = 32;

  private LeNet5() {}

  static Model build(long seed, BuildOptions options) {
    boolean small = Math.min(options.height(), options.width()) < PAPER_SIZE;
    Window half = Window.of(2).withStride(2);
    GraphBuilder graph = new GraphBuilder("lenet-5", seed, Initializer.HE);
    Flow logits =
        graph
            .input("image", 1, options.height(), options.width())
            .conv("conv1", 6, Window.of(5).withPad(small ? 2 : 0))
            .relu("relu1")
            .maxPool("pool1", half)
            .conv("conv2", 16, Window.of(5))
            .relu("relu2")
            .maxPool("pool2", half)
            .flatten("flatten")
            .dense("dense1", 120)
            .relu("relu3")
            .dense("dense2", 84)
            .relu("relu4")
            .classifier("dense3", options.classes());
    return graph.build(logits, "logits");
  }
}
