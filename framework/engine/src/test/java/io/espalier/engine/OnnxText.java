package io.espalier.engine;

import com.google.protobuf.ByteString;
import io.espalier.api.DataType;
import io.espalier.proto.onnx.AttributeProto;
import io.espalier.proto.onnx.GraphProto;
import io.espalier.proto.onnx.ModelProto;
import io.espalier.proto.onnx.NodeProto;
import io.espalier.proto.onnx.OperatorSetIdProto;
import io.espalier.proto.onnx.TensorProto;
import io.espalier.proto.onnx.TensorShapeProto;
import io.espalier.proto.onnx.TypeProto;
import io.espalier.proto.onnx.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * An ONNX file as text, as exporters write files: nodes without names, constants as nodes, inputs
 * left out. A line is a node, {@code Conv x,w,b -> y pads=1,1,1,1 group=2}; an attribute is whole
 * numbers, numbers with a point, or a word, and a list if it has a comma.
 */
final class OnnxText {
  private static final int IR = 8;

  private final ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(IR);
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("exported");
  private final Random random = new Random(1);

  OnnxText(long opset) {
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset));
  }

  /** An input of an open batch: {@code N} or a name before the extents. */
  OnnxText input(String name, DataType type, Object... dims) {
    graph.addInput(value(name, type, dims));
    return this;
  }

  private static ValueInfoProto value(String name, DataType type, Object... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object dim : dims) {
      TensorShapeProto.Dimension.Builder each = TensorShapeProto.Dimension.newBuilder();
      shape.addDim(
          dim instanceof Integer extent ? each.setDimValue(extent) : each.setDimParam("" + dim));
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.code()).setShape(shape).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /** Random weights as an initialiser. */
  OnnxText weight(String name, long... dims) {
    graph.addInitializer(random(name, dims));
    return this;
  }

  /** Random weights as an initialiser that is among the inputs, too, as early files have it. */
  OnnxText listedWeight(String name, Integer... dims) {
    graph.addInput(value(name, DataType.FLOAT, (Object[]) dims));
    return weight(name, Arrays.stream(dims).mapToLong(Integer::longValue).toArray());
  }

  /** Random weights as the output of a Constant node without a name. */
  OnnxText constant(String name, long... dims) {
    return node("Constant", List.of(), name, tensor("value", random("", dims)));
  }

  private TensorProto random(String name, long... dims) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(1);
    long count = 1;
    for (long dim : dims) {
      tensor.addDims(dim);
      count *= dim;
    }
    double range = Math.sqrt(3.0 * (dims.length == 0 ? 1 : dims[0]) / count);
    for (int i = 0; i < count; i++) {
      tensor.addFloatData((float) ((random.nextDouble() * 2 - 1) * range));
    }
    return tensor.build();
  }

  /** Float numbers; one without axes, if it is just one. */
  OnnxText floats(String name, double... values) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(1);
    if (values.length != 1) {
      tensor.addDims(values.length);
    }
    for (double value : values) {
      tensor.addFloatData((float) value);
    }
    graph.addInitializer(tensor);
    return this;
  }

  /** Positive numbers for each channel, such as variances. */
  OnnxText positive(String name, int count) {
    double[] values = new double[count];
    Arrays.setAll(values, i -> 0.5 + random.nextDouble());
    return floats(name, values);
  }

  /** Doubles, in raw bytes. */
  OnnxText doubles(String name, double... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      bytes.putDouble(value);
    }
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(DataType.DOUBLE.code())
            .addDims(values.length)
            .setRawData(ByteString.copyFrom(bytes.flip())));
    return this;
  }

  /** Whole numbers along one axis. */
  OnnxText longs(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(7).addDims(values.length);
    Arrays.stream(values).forEach(tensor::addInt64Data);
    graph.addInitializer(tensor);
    return this;
  }

  /** One whole number without axes. */
  OnnxText index(String name, long value) {
    graph.addInitializer(TensorProto.newBuilder().setName(name).setDataType(7).addInt64Data(value));
    return this;
  }

  /** A node, a line each. */
  OnnxText nodes(String lines) {
    for (String line : lines.strip().split("\n")) {
      String[] parts = line.strip().split(" +");
      List<AttributeProto> attributes = new ArrayList<>();
      for (int i = 4; i < parts.length; i++) {
        attributes.add(attribute(parts[i]));
      }
      List<String> inputs = parts[1].equals("-") ? List.of() : List.of(parts[1].split(",", -1));
      node(parts[0], inputs, parts[3], attributes.toArray(AttributeProto[]::new));
    }
    return this;
  }

  private OnnxText node(
      String type, List<String> inputs, String outputs, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(type)
            .addAllInput(inputs)
            .addAllOutput(List.of(outputs.split(",", -1)))
            .addAllAttribute(List.of(attributes)));
    return this;
  }

  private static AttributeProto tensor(String name, TensorProto tensor) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.TENSOR)
        .setT(tensor)
        .build();
  }

  private static AttributeProto attribute(String text) {
    String name = text.substring(0, text.indexOf('='));
    String value = text.substring(name.length() + 1);
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    String[] parts = value.split(",");
    if (!value.matches("[-0-9.,e]+")) {
      return attribute
          .setType(AttributeProto.AttributeType.STRING)
          .setS(ByteString.copyFromUtf8(value))
          .build();
    }
    boolean list = value.contains(",");
    if (value.contains(".")) {
      attribute.setType(
          list ? AttributeProto.AttributeType.FLOATS : AttributeProto.AttributeType.FLOAT);
      return list
          ? attribute.addAllFloats(Arrays.stream(parts).map(Float::valueOf).toList()).build()
          : attribute.setF(Float.parseFloat(value)).build();
    }
    attribute.setType(list ? AttributeProto.AttributeType.INTS : AttributeProto.AttributeType.INT);
    return list
        ? attribute.addAllInts(Arrays.stream(parts).map(Long::valueOf).toList()).build()
        : attribute.setI(Long.parseLong(value)).build();
  }

  /** The file, with outputs of which only the type is known. */
  byte[] file(String... outputs) {
    for (String output : outputs) {
      TypeProto.Tensor tensor = TypeProto.Tensor.newBuilder().setElemType(1).build();
      graph.addOutput(
          ValueInfoProto.newBuilder()
              .setName(output)
              .setType(TypeProto.newBuilder().setTensorType(tensor)));
    }
    return model.setGraph(graph).build().toByteArray();
  }
}
