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
 * as inputs too, convolutions without bias before batch normalisation, padding by name, a head of
 * MatMul and Add, a batch that is named, nodes without names.
 */
final class ForeignOnnx {
  /** Element types, as ONNX numbers them. */
  private static final int FLOAT = 1;

  private static final int INT64 = 7;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("main_graph");
  private final Random random = new Random(5);

  private ForeignOnnx() {}

  /** The bytes of the file. */
  static byte[] cnn() {
    ForeignOnnx net = new ForeignOnnx();
    net.graph.addInput(value("pixels", "N", 1, 28, 28));
    net.graph.addOutput(value("scores", "N", 10));
    net.constant("c1_w", 2.0 / 25, 8, 1, 5, 5);
    net.node("Conv", List.of("pixels", "c1_w"), "c1", text("auto_pad", "SAME_UPPER"));
    net.normalise("c1", "n1", 8);
    net.node("Relu", List.of("n1"), "r1");
    net.node("MaxPool", List.of("r1"), "p1", ints("kernel_shape", 2, 2), ints("strides", 2, 2));
    net.constant("c2_w", 2.0 / 72, 16, 8, 3, 3);
    net.node("Conv", List.of("p1", "c2_w"), "c2", ints("pads", 1, 1, 1, 1), ints("strides", 2, 2));
    net.normalise("c2", "n2", 16);
    net.node("LeakyRelu", List.of("n2"), "r2", real("alpha", 0.1f));
    net.whole("flat_shape", 0, -1);
    net.node("Reshape", List.of("r2", "flat_shape"), "flat");
    net.initialiser("d1_w", 2.0 / 784, 784, 32);
    net.node("MatMul", List.of("flat", "d1_w"), "d1");
    net.constant("d1_b", 0, 32);
    net.node("Add", List.of("d1", "d1_b"), "d1b");
    net.node("Tanh", List.of("d1b"), "t1");
    net.initialiser("d2_w", 1.0 / 32, 32, 10);
    net.node("MatMul", List.of("t1", "d2_w"), "d2");
    net.constant("d2_b", 0, 10);
    net.node("Add", List.of("d2_b", "d2"), "scores");
    return ModelProto.newBuilder()
        .setIrVersion(7)
        .setProducerName("someone else")
        .setGraph(net.graph)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
        .build()
        .toByteArray();
  }

  private void normalise(String input, String output, int channels) {
    filled(output + "_scale", 1, channels);
    filled(output + "_bias", 0, channels);
    filled(output + "_mean", 0, channels);
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

  /** Whole numbers in a node. */
  private void whole(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(INT64).addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    node("Constant", List.of(), name, tensorAttribute(tensor.build()));
  }

  private static ValueInfoProto value(String name, String batch, long... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam(batch);
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
