package io.espalier.core;

/**
 * The basic block of residual networks after He et al. (2015), figure 2: two convolutions of 3x3
 * with normalisation, added to what came in.
 */
final class ResidualBlock {
  private ResidualBlock() {}

  /** What passes by the convolutions where the extents change. */
  enum Shortcut {
    /** Option A: every second pixel, new channels zero. No parameters. */
    ZEROS {
      @Override
      Flow apply(String name, Flow flow, long filters, int stride) {
        return flow.maxPool(name + ".every", Window.of(1).withStride(stride))
            .padChannels(name + ".pad", filters);
      }
    },
    /** Option B: a convolution of 1x1 with normalisation. */
    PROJECTION {
      @Override
      Flow apply(String name, Flow flow, long filters, int stride) {
        return flow.convWithoutBias(name + ".conv", filters, Window.of(1).withStride(stride))
            .batchNorm(name + ".norm");
      }
    };

    abstract Flow apply(String name, Flow flow, long filters, int stride);
  }

  /** Adds a block; the first convolution moves by {@code stride}. */
  static Flow add(String name, Flow flow, long filters, int stride, Shortcut shortcut) {
    Window window = Window.of(3).withPad(1);
    Flow body =
        flow.convWithoutBias(name + ".conv1", filters, window.withStride(stride))
            .batchNorm(name + ".norm1")
            .relu(name + ".relu1")
            .convWithoutBias(name + ".conv2", filters, window)
            .batchNorm(name + ".norm2");
    boolean changes = stride != 1 || filters != flow.channels();
    Flow past = changes ? shortcut.apply(name + ".shortcut", flow, filters, stride) : flow;
    return body.add(name + ".add", past).relu(name + ".relu2");
  }
}
