package io.espalier.engine;

import io.espalier.api.Model;
import io.espalier.core.OnnxFormat;
import io.espalier.proto.onnx.AttributeProto;
import io.espalier.proto.onnx.GraphProto;
import io.espalier.proto.onnx.ModelProto;
import io.espalier.proto.onnx.NodeProto;
import io.espalier.proto.onnx.TensorProto;
import io.espalier.proto.onnx.ValueInfoProto;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * Models of operator sets 1 and 6, in which much of the conformance data is written, as models of
 * set 7. They differ in how operands broadcast: early sets say so in attributes, set 7 has it
 * always, aligned at the last axis.
 */
final class EarlyModels {
  private static final Set<Long> EARLY = Set.of(1L, 6L);
  private static final int FIRST_READ = 7;
  private static final Set<String> DROPPED =
      Set.of("broadcast", "consumed_inputs", "is_test", "spatial");

  private EarlyModels() {}

  static Model read(Path file) throws IOException {
    ModelProto proto;
    try (InputStream in = Files.newInputStream(file)) {
      proto = ModelProto.parseFrom(in);
    }
    boolean early =
        proto.getOpsetImportList().stream()
            .anyMatch(o -> o.getDomain().isEmpty() && EARLY.contains(o.getVersion()));
    if (!early) {
      return new OnnxFormat().read(file);
    }
    ModelProto.Builder model = proto.toBuilder();
    model.getOpsetImportBuilderList().stream()
        .filter(o -> o.getDomain().isEmpty())
        .forEach(o -> o.setVersion(FIRST_READ));
    GraphProto.Builder graph = model.getGraphBuilder();
    graph.clearNode();
    for (NodeProto node : proto.getGraph().getNodeList()) {
      add(node, graph, proto.getGraph());
    }
    return new OnnxFormat().parse(model.build().toByteArray(), "model.onnx");
  }

  private static void add(NodeProto node, GraphProto.Builder graph, GraphProto before) {
    NodeProto.Builder changed = node.toBuilder().clearAttribute();
    long axis = node.getOpType().equals("PRelu") ? 1 : -1;
    for (AttributeProto attribute : node.getAttributeList()) {
      boolean pair = node.getInputCount() == 2 && attribute.getName().equals("axis");
      boolean arithmetic = Set.of("Add", "Sub", "Mul", "Div", "Pow").contains(node.getOpType());
      if (pair && arithmetic) {
        axis = attribute.getI();
      } else if (!DROPPED.contains(attribute.getName())) {
        changed.addAttribute(attribute);
      }
    }
    if (axis >= 0) {
      long after = rank(node.getInput(0), before) - axis - rank(node.getInput(1), before);
      if (after > 0) {
        align(changed, graph, rank(node.getInput(1), before), after);
      }
    }
    graph.addNode(changed);
  }

  /** Gives the second operand axes of extent 1 behind its own. */
  private static void align(
      NodeProto.Builder node, GraphProto.Builder graph, long own, long after) {
    String aligned = node.getInput(1) + ".aligned";
    AttributeProto.Builder axes =
        AttributeProto.newBuilder().setName("axes").setType(AttributeProto.AttributeType.INTS);
    for (long i = own; i < own + after; i++) {
      axes.addInts(i);
    }
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Unsqueeze")
            .addInput(node.getInput(1))
            .addOutput(aligned)
            .addAttribute(axes));
    node.setInput(1, aligned);
  }

  private static long rank(String value, GraphProto graph) {
    for (TensorProto tensor : graph.getInitializerList()) {
      if (tensor.getName().equals(value)) {
        return tensor.getDimsCount();
      }
    }
    for (ValueInfoProto input : graph.getInputList()) {
      if (input.getName().equals(value)) {
        return input.getType().getTensorType().getShape().getDimCount();
      }
    }
    throw new IllegalArgumentException("the number of axes of '" + value + "' is not known");
  }
}
