package io.espalier.cli;

import com.google.protobuf.ByteString;
import io.espalier.proto.onnx.AttributeProto;
import io.espalier.proto.onnx.AttributeProto.AttributeType;
import io.espalier.proto.onnx.GraphProto;
import io.espalier.proto.onnx.ModelProto;
import io.espalier.proto.onnx.NodeProto;
import io.espalier.proto.onnx.OperatorSetIdProto;
import io.espalier.proto.onnx.TensorProto;
import io.espalier.proto.onnx.TensorShapeProto;
import io.espalier.proto.onnx.TypeProto;
import io.espalier.proto.onnx.ValueInfoProto;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A CNN for 1x28x28 as exporters other than Espalier write one: weights in Constant nodes or listed
 * as inputs too, convolutions without bias before batch normalisation, vectors of equal elements
 * merged through Identity, padding by name, a flatten that asks for the number of samples, a head
 * of MatMul and Add with a weight that is transposed first, nodes without names.
 */
final class ForeignOnnx {
  /** Element types, as ONNX numbers them. */
  private static final int FLOAT = 1;

  private static final int INT64 = 7;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("main_graph");
  private final Random random = new Random(5);

  private ForeignOnnx() {}

  /** The bytes of a file for any number of samples. */
  static byte[] cnn() {
    ForeignOnnx net = new ForeignOnnx();
    net.graph.addInput(value("pixels", "N", 1, 28, 28));
    net.graph.addOutput(value("scores", "N", 10));
    net.features();
    net.node("Shape", List.of("r2"), "size");
    net.number("zero", 0);
    net.node("Gather", List.of("size", "zero"), "batch", integer("axis", 0));
    net.whole("first_axis", 0);
    net.node("Unsqueeze", List.of("batch", "first_axis"), "first");
    net.whole("rest", -1);
    net.node("Concat", List.of("first", "rest"), "flat_shape", integer("axis", 0));
    return net.head();
  }

  /** The bytes of a file that was exported for one sample at a time. */
  static byte[] cnnOfOneSample() {
    ForeignOnnx net = new ForeignOnnx();
    net.graph.addInput(value("pixels", "", 1, 28, 28));
    net.graph.addOutput(value("scores", "", 10));
    net.features();
    net.whole("flat_shape", 1, -1);
    return net.head();
  }

  private void features() {
    constant("c1_w", 2.0 / 25, 8, 1, 5, 5);
    node("Conv", List.of("pixels", "c1_w"), "c1", text("auto_pad", "SAME_UPPER"));
    normalise("c1", "n1", 8);
    node("Relu", List.of("n1"), "r1");
    node("MaxPool", List.of("r1"), "p1", ints("kernel_shape", 2, 2), ints("strides", 2, 2));
    constant("c2_w", 2.0 / 72, 16, 8, 3, 3);
    node("Conv", List.of("p1", "c2_w"), "c2", ints("pads", 1, 1, 1, 1), ints("strides", 2, 2));
    normalise("c2", "n2", 16);
    node("LeakyRelu", List.of("n2"), "r2", real("alpha", 0.1f));
  }

  private byte[] head() {
    node("Reshape", List.of("r2", "flat_shape"), "flat");
    initialiser("d1_w", 2.0 / 784, 32, 784);
    node("Transpose", List.of("d1_w"), "d1_t", ints("perm", 1, 0));
    node("MatMul", List.of("flat", "d1_t"), "d1");
    constant("d1_b", 0, 32);
    node("Add", List.of("d1", "d1_b"), "d1b");
    node("Tanh", List.of("d1b"), "t1");
    initialiser("d2_w", 1.0 / 32, 32, 10);
    node("MatMul", List.of("t1", "d2_w"), "d2");
    constant("d2_b", 0, 10);
    node("Add", List.of("d2_b", "d2"), "scores");
    return ModelProto.newBuilder()
        .setIrVersion(7)
        .setProducerName("someone else")
        .setGraph(graph)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
        .build()
        .toByteArray();
  }

  private void normalise(String input, String output, int channels) {
    filled(output + "_scale", 1, channels);
    filled(output + "_bias", 0, channels);
    node("Identity", List.of(output + "_bias"), output + "_mean");
    filled(output + "_var", 1, channels);
    node(
        "BatchNormalization",
        List.of(input, output + "_scale", output + "_bias", output + "_mean", output + "_var"),
        output,
        real("epsilon", 1e-3f),
        real("momentum", 0.9f));
  }

  private void node(String type, List<String> inputs, String output, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(type)
            .addAllInput(inputs)
            .addOutput(output)
            .addAllAttribute(Arrays.asList(attributes)));
  }

  /** Weights of a normal distribution, in a node. */
  private void constant(String name, double variance, long... dims) {
    node("Constant", List.of(), name, tensorAttribute(normal(name, variance, dims)));
  }

  /** Weights of a normal distribution, as initialiser and as input. */
  private void initialiser(String name, double variance, long... dims) {
    graph.addInitializer(normal(name, variance, dims));
    ValueInfoProto.Builder info = ValueInfoProto.newBuilder().setName(name);
    TypeProto.Tensor.Builder type = info.getTypeBuilder().getTensorTypeBuilder().setElemType(FLOAT);
    for (long dim : dims) {
      type.getShapeBuilder().addDimBuilder().setDimValue(dim);
    }
    graph.addInput(info);
  }

  private TensorProto normal(String name, double variance, long... dims) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(FLOAT);
    long size = 1;
    for (long dim : dims) {
      tensor.addDims(dim);
      size *= dim;
    }
    for (long i = 0; i < size; i++) {
      tensor.addFloatData((float) (random.nextGaussian() * Math.sqrt(variance)));
    }
    return tensor.build();
  }

  private void filled(String name, float value, int count) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(FLOAT).addDims(count);
    for (int i = 0; i < count; i++) {
      tensor.addFloatData(value);
    }
    graph.addInitializer(tensor);
  }

  /** A number without axes in a node. */
  private void number(String name, long value) {
    TensorProto tensor =
        TensorProto.newBuilder().setName(name).setDataType(INT64).addInt64Data(value).build();
    node("Constant", List.of(), name, tensorAttribute(tensor));
  }

  /** Whole numbers in a node. */
  private void whole(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(INT64).addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    node("Constant", List.of(), name, tensorAttribute(tensor.build()));
  }

  /** A value of samples whose number has a name, or is 1 without one. */
  private static ValueInfoProto value(String name, String batch, long... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    if (batch.isEmpty()) {
      shape.addDimBuilder().setDimValue(1);
    } else {
      shape.addDimBuilder().setDimParam(batch);
    }
    for (long dim : dims) {
      shape.addDimBuilder().setDimValue(dim);
    }
    TypeProto.Tensor.Builder type = TypeProto.Tensor.newBuilder().setElemType(FLOAT);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type.setShape(shape)))
        .build();
  }

  private static AttributeProto ints(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  private static AttributeProto real(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  private static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  private static AttributeProto tensorAttribute(TensorProto tensor) {
    return AttributeProto.newBuilder()
        .setName("value")
        .setType(AttributeType.TENSOR)
        .setT(tensor)
        .build();
  }
}
