package io.espalier.core;

import io.espalier.api.Model;
import java.util.List;

/**
 * VGG-16 after Simonyan and Zisserman (2015), configuration D: thirteen convolutions of 3x3 in five
 * blocks, dense layers of 4,096; 138,357,544 parameters for 224x224 pixels and 1,000 classes. The
 * first dense layer takes what the fifth block leaves, so it shrinks with the image. The paper's
 * dropout is left out.
 */
final class Vgg16 {
  static final BuildOptions DEFAULTS = new BuildOptions(1000, 224, 224);

  private static final List<List<Integer>> BLOCKS =
      List.of(
          List.of(64, 64),
          List.of(128, 128),
          List.of(256, 256, 256),
          List.of(512, 512, 512),
          List.of(512, 512, 512));

  private Vgg16() {}

  static Model build(long seed, BuildOptions options) {
    GraphBuilder graph = new GraphBuilder("vgg-16", seed, Initializer.HE);
    Flow flow = graph.input("image", 3, options.height(), options.width());
    for (int i = 0; i < BLOCKS.size(); i++) {
      String block = "block" + (i + 1);
      List<Integer> filters = BLOCKS.get(i);
      for (int j = 0; j < filters.size(); j++) {
        String layer = block + ".conv" + (j + 1);
        flow = flow.conv(layer, filters.get(j), Window.of(3).withPad(1)).relu(layer + ".relu");
      }
      flow = flow.maxPool(block + ".pool", Window.of(2).withStride(2));
    }
    Flow logits =
        flow.flatten("flatten")
            .dense("dense1", 4096)
            .relu("dense1.relu")
            .dense("dense2", 4096)
            .relu("dense2.relu")
            .classifier("dense3", options.classes());
    return graph.build(logits, "logits");
  }
}
