package io.espalier.engine;

import io.espalier.api.Node;

/**
 * ONNX DepthToSpace (the pixel shuffle of Shi et al. 2016) and SpaceToDepth: blocks of pixels
 * become channels of one pixel, and back.
 */
final class BlockMoves {
  private BlockMoves() {}

  static void bindDepthToSpace(Node node, Binder binder) {
    Value input = binder.value(node, 0);
    int block = (int) node.intAttribute("blocksize", 1);
    String mode = node.textAttribute("mode", "DCR");
    if (!mode.equals("DCR") && !mode.equals("CRD")) {
      throw Binder.refuse(node, "mode is '%s' (allowed: DCR, CRD)".formatted(mode));
    }
    Value output = binder.define(node.outputs().get(0), input.trained());
    int channels = (int) output.shape().dim(0);
    boolean depthFirst = mode.equals("DCR");
    Arrangements.Origin origin =
        (axis, at) -> {
          int within = at[1] % block * block + at[2] % block;
          return axis > 0
              ? at[axis] / block
              : depthFirst ? within * channels + at[0] : at[0] * block * block + within;
        };
    Arrangements.add(node, binder, input, output, origin, 0);
  }

  static void bindSpaceToDepth(Node node, Binder binder) {
    Value input = binder.value(node, 0);
    int block = (int) node.intAttribute("blocksize", 1);
    int channels = (int) input.shape().dim(0);
    Value output = binder.define(node.outputs().get(0), input.trained());
    Arrangements.Origin origin =
        (axis, at) -> {
          int within = at[0] / channels;
          return switch (axis) {
            case 0 -> at[0] % channels;
            case 1 -> at[1] * block + within / block;
            default -> at[2] * block + within % block;
          };
        };
    Arrangements.add(node, binder, input, output, origin, 0);
  }
}
