package io.espalier.core;

import io.espalier.api.Model;
import java.util.List;

/**
 * MobileNetV2 of width 1 after Sandler et al. (2018), table 2: inverted residual blocks with linear
 * bottlenecks and depthwise convolutions; 3,504,872 parameters for 1,000 classes at any image size.
 */
final class MobileNetV2 {
  static final BuildOptions DEFAULTS = new BuildOptions(1000, 224, 224);

  /**
   * A line of table 2.
   *
   * @param expansion channels inside a block for each that comes in
   * @param filters channels that leave
   * @param blocks how many in a row
   * @param stride of the first
   */
  private record Row(int expansion, int filters, int blocks, int stride) {}

  private static final List<Row> ROWS =
      List.of(
          new Row(1, 16, 1, 1),
          new Row(6, 24, 2, 2),
          new Row(6, 32, 3, 2),
          new Row(6, 64, 4, 2),
          new Row(6, 96, 3, 1),
          new Row(6, 160, 3, 2),
          new Row(6, 320, 1, 1));

  private MobileNetV2() {}

  static Model build(long seed, BuildOptions options) {
    GraphBuilder graph = new GraphBuilder("mobilenet-v2", seed, Initializer.HE);
    Flow flow = graph.input("image", 3, options.height(), options.width());
    flow =
        flow.convWithoutBias("stem.conv", 32, Window.of(3).withStride(2).withPad(1))
            .batchNorm("stem.norm")
            .relu6("stem.relu");
    for (int i = 0; i < ROWS.size(); i++) {
      Row row = ROWS.get(i);
      for (int block = 1; block <= row.blocks(); block++) {
        String name = "row" + (i + 1) + ".block" + block;
        flow = block(name, flow, row, block == 1 ? row.stride() : 1);
      }
    }
    Flow logits =
        flow.convWithoutBias("head.conv", 1280, Window.of(1))
            .batchNorm("head.norm")
            .relu6("head.relu")
            .globalAveragePool("pool")
            .flatten("flatten")
            .classifier("dense", options.classes());
    return graph.build(logits, "logits");
  }

  private static Flow block(String name, Flow flow, Row row, int stride) {
    Flow wide = flow;
    if (row.expansion() != 1) {
      wide =
          flow.convWithoutBias(
                  name + ".expand.conv", flow.channels() * row.expansion(), Window.of(1))
              .batchNorm(name + ".expand.norm")
              .relu6(name + ".expand.relu");
    }
    Flow narrow =
        wide.depthwise(name + ".depthwise.conv", Window.of(3).withStride(stride).withPad(1))
            .batchNorm(name + ".depthwise.norm")
            .relu6(name + ".depthwise.relu")
            .convWithoutBias(name + ".project.conv", row.filters(), Window.of(1))
            .batchNorm(name + ".project.norm");
    boolean residual = stride == 1 && flow.channels() == row.filters();
    return residual ? narrow.add(name + ".add", flow) : narrow;
  }
}
