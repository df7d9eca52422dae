package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.proto.onnx.AttributeProto;
import io.espalier.proto.onnx.AttributeProto.AttributeType;
import io.espalier.proto.onnx.GraphProto;
import io.espalier.proto.onnx.ModelProto;
import io.espalier.proto.onnx.NodeProto;
import io.espalier.proto.onnx.OperatorSetIdProto;
import io.espalier.proto.onnx.SparseTensorProto;
import io.espalier.proto.onnx.TensorProto;
import io.espalier.proto.onnx.TensorShapeProto;
import io.espalier.proto.onnx.TypeProto;
import io.espalier.proto.onnx.ValueInfoProto;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxReaderTest {
  /** A graph y = Relu(x) in which tests change one thing. */
  private static ModelProto.Builder relu() {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("g")
            .addNode(node("relu", "Relu", "x", "y"))
            .addInput(value("x", 2, 3))
            .addOutput(value("y", 2, 3));
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .setGraph(graph)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17));
  }

  private static NodeProto.Builder node(String name, String type, String input, String output) {
    return NodeProto.newBuilder().setName(name).setOpType(type).addInput(input).addOutput(output);
  }

  private static ValueInfoProto value(String name, long... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : dims) {
      shape.addDimBuilder().setDimValue(dim);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(1).setShape(shape)))
        .build();
  }

  private static TensorProto.Builder tensor(String name, float... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(1).addDims(values.length);
    for (float value : values) {
      tensor.addFloatData(value);
    }
    return tensor;
  }

  private static Model read(ModelProto.Builder proto) {
    return new OnnxFormat().parse(proto.build().toByteArray(), "m.onnx");
  }

  private static void assertRefused(Consumer<ModelProto.Builder> change, String... words) {
    ModelProto.Builder proto = relu();
    change.accept(proto);
    assertThatThrownBy(() -> read(proto))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MODEL))
        .hasMessageStartingWith("m.onnx: ")
        .hasMessageContainingAll(words);
  }

  private static void assertGraphRefused(Consumer<GraphProto.Builder> change, String... words) {
    assertRefused(proto -> change.accept(proto.getGraphBuilder()), words);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 14})
  void refusesOtherIrVersions(int version) {
    assertRefused(m -> m.setIrVersion(version), "IR version " + version, "3 to 13");
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 24})
  void refusesOtherOperatorSets(int version) {
    assertRefused(
        m -> m.getOpsetImportBuilder(0).setVersion(version), "operator set " + version, "7 to 23");
  }

  @Test
  void refusesAFileWithoutOperatorSet() {
    assertRefused(ModelProto.Builder::clearOpsetImport, "which version");
  }

  @Test
  void refusesAFileWithoutGraph() {
    assertRefused(ModelProto.Builder::clearGraph, "no graph");
  }

  @Test
  void refusesLocalFunctions() {
    UnknownFieldSet.Field function =
        UnknownFieldSet.Field.newBuilder().addLengthDelimited(ByteString.EMPTY).build();
    assertRefused(
        m -> m.setUnknownFields(UnknownFieldSet.newBuilder().addField(25, function).build()),
        "local functions");
  }

  @Test
  void keepsOtherDomains() {
    ModelProto.Builder proto = relu();
    proto.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.example").setVersion(3));
    proto.getGraphBuilder().getNodeBuilder(0).setDomain("com.example");

    Model model = read(proto);

    assertThat(model.graph().opsets()).containsEntry("com.example", 3L).containsEntry("", 17L);
    assertThat(model.graph().nodes().get(0).domain()).isEqualTo("com.example");
  }

  @Test
  void takesBothNamesOfTheDefaultDomain() {
    ModelProto.Builder proto = relu();
    proto.getOpsetImportBuilder(0).setDomain("ai.onnx");
    proto.getGraphBuilder().getNodeBuilder(0).setDomain("ai.onnx");

    Model model = read(proto);

    assertThat(model.graph().opsets()).containsOnlyKeys("");
    assertThat(model.graph().nodes().get(0).domain()).isEmpty();
  }

  @Test
  void turnsConstantNodesIntoTensors() {
    ModelProto.Builder proto = relu();
    AttributeProto value =
        AttributeProto.newBuilder()
            .setName("value")
            .setType(AttributeType.TENSOR)
            .setT(tensor("ignored", 1, 2))
            .build();
    proto
        .getGraphBuilder()
        .addNode(0, NodeProto.newBuilder().setOpType("Constant").addOutput("c").addAttribute(value))
        .addNode(node("add", "Add", "y", "z").addInput("c"));

    Model model = read(proto);

    assertThat(model.tensor("c")).isEqualTo(Tensor.ofFloats("c", Shape.of(2), 1, 2));
    assertThat(model.graph().nodes()).extracting(Node::name).containsExactly("relu", "add");
  }

  @Test
  void turnsConstantsOfNumbersIntoTensors() {
    ModelProto.Builder proto = relu();
    AttributeProto ints =
        AttributeProto.newBuilder()
            .setName("value_ints")
            .setType(AttributeType.INTS)
            .addInts(4)
            .addInts(5)
            .build();
    AttributeProto real =
        AttributeProto.newBuilder()
            .setName("value_float")
            .setType(AttributeType.FLOAT)
            .setF(2.5f)
            .build();
    proto
        .getGraphBuilder()
        .addNode(NodeProto.newBuilder().setOpType("Constant").addOutput("i").addAttribute(ints))
        .addNode(NodeProto.newBuilder().setOpType("Constant").addOutput("f").addAttribute(real));

    Model model = read(proto);

    assertThat(model.tensor("i")).isEqualTo(Tensor.ofLongs("i", Shape.of(2), 4, 5));
    assertThat(model.tensor("f")).isEqualTo(Tensor.ofFloats("f", Shape.of(), 2.5f));
  }

  @Test
  void turnsSparseConstantsIntoTensors() {
    ModelProto.Builder proto = relu();
    TensorProto positions =
        TensorProto.newBuilder().setDataType(7).addDims(2).addInt64Data(0).addInt64Data(3).build();
    SparseTensorProto sparse =
        SparseTensorProto.newBuilder()
            .setValues(tensor("ignored", 5, 6))
            .setIndices(positions)
            .addDims(4)
            .build();
    AttributeProto value =
        AttributeProto.newBuilder()
            .setName("sparse_value")
            .setType(AttributeType.SPARSE_TENSOR)
            .setSparseTensor(sparse)
            .build();
    proto
        .getGraphBuilder()
        .addNode(NodeProto.newBuilder().setOpType("Constant").addOutput("s").addAttribute(value));

    assertThat(read(proto).tensor("s")).isEqualTo(Tensor.ofFloats("s", Shape.of(4), 5, 0, 0, 6));
  }

  @Test
  void dropsInitialisersFromTheInputs() {
    ModelProto.Builder proto = relu().setIrVersion(3);
    proto.getGraphBuilder().addInput(value("w", 1)).addInitializer(tensor("w", 1));

    assertThat(read(proto).graph().inputs()).hasToString("[x float 2 x 3]");
  }

  @Test
  void namesNamelessNodesUniquely() {
    ModelProto.Builder proto = relu();
    proto
        .getGraphBuilder()
        .addNode(node("", "Relu", "y", "a"))
        .addNode(node("Relu_1", "Relu", "a", "b"))
        .addNode(node("relu", "Relu", "b", "c"));

    assertThat(read(proto).graph().nodes())
        .extracting(Node::name)
        .containsExactly("relu", "Relu_1_2", "Relu_1", "relu_3");
  }

  @Test
  void sortsNodes() {
    ModelProto.Builder proto = relu();
    proto.getGraphBuilder().addNode(0, node("late", "Relu", "y", "z"));

    assertThat(read(proto).graph().nodes()).extracting(Node::name).containsExactly("relu", "late");
  }

  @Test
  void infersOutputsWithoutShape() {
    ModelProto.Builder proto = relu();
    proto
        .getGraphBuilder()
        .setInput(0, value("x", -1, 3))
        .getOutputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .clearShape();

    assertThat(read(proto).graph().outputs()).hasToString("[y float ? x 3]");
  }

  @Test
  void refusesInputsWithoutShape() {
    assertGraphRefused(
        g -> g.getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder().clearShape(),
        "input 'x'",
        "no shape");
  }

  @Test
  void refusesInputsThatAreNoTensors() {
    assertGraphRefused(g -> g.getInputBuilder(0).clearType(), "input 'x'", "no tensor");
  }

  @Test
  void refusesInputsOfText() {
    assertGraphRefused(
        g -> g.getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder().setElemType(8),
        "input 'x'",
        "string");
  }

  @Test
  void refusesUnproducedInputs() {
    assertGraphRefused(
        g -> g.getNodeBuilder(0).setInput(0, "nowhere"),
        "node 'relu' (Relu)",
        "nothing produces",
        "'nowhere'");
  }

  @Test
  void refusesUnproducedOutputs() {
    assertGraphRefused(g -> g.addOutput(value("z", 1)), "output 'z'", "nothing produces it");
  }

  @Test
  void refusesAGraphWithoutOutputs() {
    assertGraphRefused(GraphProto.Builder::clearOutput, "no outputs");
  }

  @Test
  void refusesCyclesAndListsThem() {
    assertGraphRefused(
        g -> {
          g.addNode(node("a", "Relu", "p", "q"));
          g.addNode(node("b", "Relu", "q", "p"));
        },
        "cycle",
        "'a' needs 'b' needs 'a'");
  }

  @Test
  void refusesTwoProducersOfOneValue() {
    assertGraphRefused(
        g -> g.addNode(node("again", "Relu", "x", "y")), "node 'again'", "'y'", "node 'relu'");
  }

  @Test
  void refusesANodeThatOverwritesAnInput() {
    assertGraphRefused(g -> g.addNode(node("n", "Relu", "y", "x")), "node 'n'", "'x'");
  }

  @Test
  void refusesTwoTensorsOfOneName() {
    assertGraphRefused(
        g -> g.addInitializer(tensor("w", 1)).addInitializer(tensor("w", 2)),
        "tensor 'w'",
        "twice");
  }

  @Test
  void refusesTwoInputsOfOneName() {
    assertGraphRefused(g -> g.addInput(value("x", 1)), "input 'x'", "twice");
  }

  @Test
  void refusesSubgraphs() {
    AttributeProto branch =
        AttributeProto.newBuilder()
            .setName("then_branch")
            .setType(AttributeType.GRAPH)
            .setG(GraphProto.getDefaultInstance())
            .build();
    assertGraphRefused(
        g -> g.getNodeBuilder(0).setOpType("If").addAttribute(branch),
        "node 'relu' (If)",
        "'then_branch'",
        "subgraph");
  }

  @Test
  void refusesSparseInitialisersWithoutName() {
    assertGraphRefused(
        g -> g.addSparseInitializer(SparseTensorProto.getDefaultInstance()), "sparse", "no name");
  }

  @Test
  void refusesAttributesThatAreThereTwice() {
    AttributeProto axis =
        AttributeProto.newBuilder().setName("axis").setType(AttributeType.INT).setI(1).build();
    assertGraphRefused(
        g -> g.getNodeBuilder(0).addAttribute(axis).addAttribute(axis), "'axis'", "twice");
  }

  @Test
  void readsAttributesWithoutDeclaredType() {
    ModelProto.Builder proto = relu();
    proto
        .getGraphBuilder()
        .getNodeBuilder(0)
        .addAttribute(AttributeProto.newBuilder().setName("pads").addInts(1).addInts(2));

    assertThat(read(proto).graph().nodes().get(0).intsAttribute("pads", List.of()))
        .containsExactly(1L, 2L);
  }

  @Test
  void refusesTextThatIsNotUtf8() {
    AttributeProto text =
        AttributeProto.newBuilder()
            .setName("mode")
            .setType(AttributeType.STRING)
            .setS(ByteString.copyFrom(new byte[] {(byte) 0xff}))
            .build();
    assertGraphRefused(g -> g.getNodeBuilder(0).addAttribute(text), "'mode'", "UTF-8");
  }
}
