package io.espalier.core;

import io.espalier.api.Attribute;
import io.espalier.api.Graph;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import io.espalier.proto.onnx.GraphProto;
import io.espalier.proto.onnx.ModelProto;
import io.espalier.proto.onnx.NodeProto;
import io.espalier.proto.onnx.OperatorSetIdProto;
import io.espalier.proto.onnx.SparseTensorProto;
import io.espalier.proto.onnx.TensorProto;
import io.espalier.proto.onnx.ValueInfoProto;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Turns one ONNX message into a model. Used once, by one thread. */
final class OnnxReader {
  private static final long MIN_IR = 3;
  private static final long MAX_IR = 13;
  private static final long MIN_OPSET = 7;
  private static final long MAX_OPSET = 23;

  /** Field number of local functions in {@code ModelProto}, which Espalier's schema leaves out. */
  private static final int FUNCTIONS = 25;

  private final Place place;
  private final OnnxAttributes attributes;
  private final OnnxTensors tensorReader;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  OnnxReader(Place place, Optional<Path> folder) {
    this.place = place;
    this.tensorReader = new OnnxTensors(folder);
    this.attributes = new OnnxAttributes(tensorReader);
  }

  Model read(ModelProto proto) {
    if (!proto.hasGraph()) {
      throw place.broken("is no ONNX model: it has no graph");
    }
    if (proto.getIrVersion() < MIN_IR || proto.getIrVersion() > MAX_IR) {
      throw place.broken(
          "has IR version %d (allowed: %d to %d)".formatted(proto.getIrVersion(), MIN_IR, MAX_IR));
    }
    if (proto.getUnknownFields().hasField(FUNCTIONS)) {
      throw place.broken("has local functions, which Espalier does not handle; inline them first");
    }
    return graph(proto.getGraph(), opsets(proto.getOpsetImportList()));
  }

  private Map<String, Long> opsets(List<OperatorSetIdProto> imports) {
    Map<String, Long> opsets = new LinkedHashMap<>();
    for (OperatorSetIdProto one : imports) {
      String domain = domain(one.getDomain());
      Long before = opsets.put(domain, one.getVersion());
      if (before != null && before != one.getVersion()) {
        throw place.broken(
            "imports versions %d and %d of operator set '%s'"
                .formatted(before, one.getVersion(), one.getDomain()));
      }
    }
    Long version = opsets.get("");
    if (version == null) {
      throw place.broken("does not say which version of the ONNX operator set it uses");
    }
    if (version < MIN_OPSET || version > MAX_OPSET) {
      throw place.broken(
          "uses ONNX operator set %d (allowed: %d to %d); convert it first"
              .formatted(version, MIN_OPSET, MAX_OPSET));
    }
    return opsets;
  }

  private Model graph(GraphProto proto, Map<String, Long> opsets) {
    for (TensorProto tensor : proto.getInitializerList()) {
      String name = tensor.getName();
      addTensor(tensorReader.read(tensor, name, place.in("tensor '" + name + "'")));
    }
    for (SparseTensorProto sparse : proto.getSparseInitializerList()) {
      addTensor(OnnxSparse.read(sparse, tensorReader, place));
    }
    List<Node> nodes = nodes(proto.getNodeList());
    List<ValueInfo> inputs = new ArrayList<>();
    for (ValueInfoProto input : proto.getInputList()) {
      if (!tensors.containsKey(input.getName())) {
        inputs.add(OnnxValues.input(input, place));
      }
    }
    if (proto.getOutputCount() == 0) {
      throw place.broken("the graph has no outputs");
    }
    Set<String> given = GraphOrder.given(inputs, tensors.keySet(), place);
    List<Node> joined =
        JoinedWeights.join(
            GraphOrder.sorted(nodes, given, place), tensors, proto.getOutputList(), place);
    Set<String> results =
        proto.getOutputList().stream().map(ValueInfoProto::getName).collect(Collectors.toSet());
    List<Node> measuring = MeasuringForm.of(joined, tensors, results);
    List<Node> sorted = FoldedWeights.fold(measuring, tensors, results, opsets);
    given = GraphOrder.given(inputs, tensors.keySet(), place);
    Graph open = new Graph(proto.getName(), sorted, inputs, List.of(), opsets);
    List<ValueInfo> outputs =
        OnnxValues.outputs(proto.getOutputList(), Model.of(open, tensors.values()), place);
    GraphOrder.requireOutputs(outputs, sorted, given, place);
    Graph graph = new Graph(proto.getName(), sorted, inputs, outputs, opsets);
    return Model.of(graph, tensors.values());
  }

  private List<Node> nodes(List<NodeProto> protos) {
    Set<String> taken = new HashSet<>();
    protos.forEach(node -> taken.add(node.getName()));
    Set<String> used = new HashSet<>();
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < protos.size(); i++) {
      NodeProto proto = protos.get(i);
      String name = proto.getName();
      if (name.isEmpty() || !used.add(name)) {
        name = freeName((name.isEmpty() ? proto.getOpType() : name) + "_" + i, taken);
        used.add(name);
      }
      boolean constant =
          proto.getOpType().equals("Constant") && domain(proto.getDomain()).isEmpty();
      if (constant && hasSparseValue(proto)) {
        addSparse(proto, place.in("node '%s' (Constant)".formatted(name)));
        continue;
      }
      Node node = node(proto, name);
      if (constant) {
        addConstant(node);
      } else {
        nodes.add(node);
      }
    }
    return nodes;
  }

  private static String freeName(String wish, Set<String> taken) {
    String name = wish;
    for (int i = 2; !taken.add(name); i++) {
      name = wish + "_" + i;
    }
    return name;
  }

  private Node node(NodeProto proto, String name) {
    Place at = place.in("node '%s' (%s)".formatted(name, proto.getOpType()));
    if (proto.getOpType().isEmpty()) {
      throw at.broken("has no operator");
    }
    return new Node(
        name,
        proto.getOpType(),
        domain(proto.getDomain()),
        proto.getInputList(),
        proto.getOutputList(),
        attributes.read(proto.getAttributeList(), at));
  }

  private void addConstant(Node node) {
    Place at = place.in("node '%s' (Constant)".formatted(node.name()));
    if (node.outputs().size() != 1 || node.attributes().size() != 1 || !node.inputs().isEmpty()) {
      throw at.broken("needs no input, one output and one attribute");
    }
    String output = node.outputs().get(0);
    Attribute value = node.attributes().values().iterator().next();
    addTensor(
        OnnxAttributes.constant(output, value)
            .orElseThrow(() -> at.broken("is a text, which Espalier does not handle")));
  }

  private static boolean hasSparseValue(NodeProto node) {
    return node.getAttributeCount() == 1 && node.getAttribute(0).hasSparseTensor();
  }

  private void addSparse(NodeProto node, Place at) {
    if (node.getOutputCount() != 1 || node.getInputCount() != 0) {
      throw at.broken("needs no input, one output and one attribute");
    }
    SparseTensorProto.Builder sparse = node.getAttribute(0).getSparseTensor().toBuilder();
    sparse.getValuesBuilder().setName(node.getOutput(0));
    addTensor(OnnxSparse.read(sparse.build(), tensorReader, at));
  }

  private void addTensor(Tensor tensor) {
    Place at = place.in("tensor '" + tensor.name() + "'");
    if (tensor.name().isEmpty()) {
      throw at.broken("has no name");
    }
    if (tensors.put(tensor.name(), tensor) != null) {
      throw at.broken("is there twice");
    }
  }

  /** ONNX's own operator set has two names. */
  private static String domain(String name) {
    return name.equals("ai.onnx") ? "" : name;
  }
}
