package io.espalier.core;

import io.espalier.api.Model;
import io.espalier.core.ResidualBlock.Shortcut;

/**
 * Residual networks after He et al., "Deep residual learning for image recognition" (2015), with
 * projections where the extents change (option B).
 */
final class ResNet {
  static final BuildOptions DEFAULTS = new BuildOptions(1000, 224, 224);
  static final BuildOptions CIFAR_DEFAULTS = new BuildOptions(10, 32, 32);

  private static final int STAGES = 4;

  private ResNet() {}

  /**
   * The 18-layer network for ImageNet, table 1: four stages of two blocks of 64 to 512 filters;
   * 11,689,512 parameters for 1,000 classes at any image size.
   */
  static Model build18(long seed, BuildOptions options) {
    GraphBuilder graph = new GraphBuilder("resnet-18", seed, Initializer.HE);
    Flow flow =
        graph
            .input("image", 3, options.height(), options.width())
            .convWithoutBias("stem.conv", 64, Window.of(7).withStride(2).withPad(3))
            .batchNorm("stem.norm")
            .relu("stem.relu")
            .maxPool("stem.pool", Window.of(3).withStride(2).withPad(1));
    return stages(graph, flow, options);
  }

  /**
   * The 18-layer network with the stem of the paper's small networks, a 3x3 convolution that keeps
   * the extents: the usual form for images of 32x32; 11,173,962 parameters for 10 classes at any
   * image size.
   */
  static Model build18ForCifar(long seed, BuildOptions options) {
    GraphBuilder graph = new GraphBuilder("resnet-18-cifar", seed, Initializer.HE);
    Flow flow =
        graph
            .input("image", 3, options.height(), options.width())
            .convWithoutBias("stem.conv", 64, Window.of(3).withPad(1))
            .batchNorm("stem.norm")
            .relu("stem.relu");
    return stages(graph, flow, options);
  }

  private static Model stages(GraphBuilder graph, Flow stem, BuildOptions options) {
    Flow flow = stem;
    for (int stage = 1; stage <= STAGES; stage++) {
      long filters = 32L << stage;
      String name = "stage" + stage + ".block";
      int stride = stage == 1 ? 1 : 2;
      flow = ResidualBlock.add(name + 1, flow, filters, stride, Shortcut.PROJECTION);
      flow = ResidualBlock.add(name + 2, flow, filters, 1, Shortcut.PROJECTION);
    }
    Flow logits =
        flow.globalAveragePool("pool").flatten("flatten").classifier("dense", options.classes());
    return graph.build(logits, "logits");
  }
}
