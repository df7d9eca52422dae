package io.espalier.core;

import io.espalier.api.Model;
import io.espalier.core.ResidualBlock.Shortcut;

/**
 * The small residual networks for CIFAR of He et al. (2015), section 4.2: three stages of n blocks
 * of 16, 32 and 64 filters, 6n + 2 layers, shortcuts without parameters (option A). Zeros are put
 * behind the channels there are.
 *
 * <p>ResNet-20 has 269,722 parameters (the paper's 0.27 M), ResNet-56 853,018 (0.85 M):
 * convolutions without bias, scale and shift of each normalisation, the dense layer.
 */
final class CifarResNet {
  static final BuildOptions DEFAULTS = new BuildOptions(10, 32, 32);

  private static final int STAGES = 3;

  private CifarResNet() {}

  static Model build20(long seed, BuildOptions options) {
    return build(20, seed, options);
  }

  static Model build56(long seed, BuildOptions options) {
    return build(56, seed, options);
  }

  private static Model build(int layers, long seed, BuildOptions options) {
    int blocks = (layers - 2) / 6;
    GraphBuilder graph = new GraphBuilder("resnet-" + layers, seed, Initializer.HE);
    Flow flow =
        graph
            .input("image", 3, options.height(), options.width())
            .convWithoutBias("stem.conv", 16, Window.of(3).withPad(1))
            .batchNorm("stem.norm")
            .relu("stem.relu");
    for (int stage = 1; stage <= STAGES; stage++) {
      for (int block = 1; block <= blocks; block++) {
        int stride = stage > 1 && block == 1 ? 2 : 1;
        String name = "stage" + stage + ".block" + block;
        flow = ResidualBlock.add(name, flow, 8L << stage, stride, Shortcut.ZEROS);
      }
    }
    Flow logits =
        flow.globalAveragePool("pool").flatten("flatten").classifier("dense", options.classes());
    return graph.build(logits, "logits");
  }
}
