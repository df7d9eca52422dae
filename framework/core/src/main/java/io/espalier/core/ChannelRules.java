package io.espalier.core;

import io.espalier.api.Node;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The rule of each operator that the analysis of channels knows. */
final class ChannelRules {
  private static final Map<String, ChannelRule> RULES = new TreeMap<>();
  private static final ChannelRule UNKNOWN = new UnknownChannels();

  static {
    for (String elementwise : ElementFunctions.names()) {
      RULES.put(elementwise, new ElementChannels());
    }
    RULES.put("Conv", new ConvChannels());
    RULES.put("ConvTranspose", new ConvTransposeChannels());
    RULES.put("Gemm", new GemmChannels());
    RULES.put("MatMul", new MatMulChannels());
    RULES.put("BatchNormalization", new BatchNormChannels());
    RULES.put("InstanceNormalization", new InstanceNormChannels());
    RULES.put("GroupNormalization", new GroupNormChannels());
    RULES.put("LayerNormalization", new LayerNormChannels());
    for (String pool :
        List.of(
            "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "Resize", "Upsample")) {
      RULES.put(pool, new PoolChannels());
    }
    for (String softmax : List.of("Softmax", "LogSoftmax", "Hardmax")) {
      RULES.put(softmax, new SoftmaxChannels());
    }
    for (String reduction :
        List.of(
            "ReduceMean",
            "ReduceSum",
            "ReduceMax",
            "ReduceMin",
            "ReduceProd",
            "ReduceL1",
            "ReduceL2",
            "ReduceSumSquare")) {
      RULES.put(reduction, new ReductionChannels());
    }
    RULES.put("Concat", new ConcatChannels());
    RULES.put("Split", new SplitChannels());
    RULES.put("Slice", new SliceChannels());
    RULES.put("Pad", new PadChannels());
    RULES.put("Gather", new GatherChannels());
    RULES.put("Transpose", new TransposeChannels());
    RULES.put("Squeeze", new SqueezeChannels());
    RULES.put("Unsqueeze", new SqueezeChannels());
    RULES.put("Reshape", new ReshapeChannels());
    RULES.put("Flatten", new ReshapeChannels());
    RULES.put("DepthToSpace", new DepthToSpaceChannels());
    RULES.put("Expand", new ExpandChannels());
    RULES.put("Shape", new ShapeChannels());
  }

  private ChannelRules() {}

  /** Operators that have a rule. */
  static Set<String> known() {
    return RULES.keySet();
  }

  static ChannelRule of(Node node) {
    return node.domain().isEmpty() ? RULES.getOrDefault(node.type(), UNKNOWN) : UNKNOWN;
  }

  /** Freezes all that an unknown operator touches. */
  private static final class UnknownChannels implements ChannelRule {
    @Override
    public void link(ChannelLinks links) {
      links.touch(
          "node '%s' is of an operator that the analysis does not know, %s"
              .formatted(
                  links.node().name(),
                  links.node().domain().isEmpty()
                      ? links.node().type()
                      : links.node().domain() + "." + links.node().type()));
    }

    @Override
    public void settle(ChannelConstants constants) {}
  }
}
