package io.espalier.runtime.measure;

import io.espalier.proto.onnx.AttributeProto;
import io.espalier.proto.onnx.GraphProto;
import io.espalier.proto.onnx.ModelProto;
import io.espalier.proto.onnx.NodeProto;
import io.espalier.proto.onnx.OperatorSetIdProto;
import io.espalier.proto.onnx.TensorProto;
import io.espalier.proto.onnx.TensorShapeProto;
import io.espalier.proto.onnx.TypeProto;
import io.espalier.proto.onnx.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * ONNX files with one Gemm layer, written field by field: input {@code x}, weight {@code fc.weight}
 * of shape classes x features, bias {@code fc.bias}, output {@code logits}.
 */
public final class TinyOnnx {
  /** An axis that takes any extent. */
  public static final int OPEN = -1;

  private static final int FLOAT = 1;

  private TinyOnnx() {}

  /** The file with an open batch. */
  public static byte[] gemm(float[][] weight, float... bias) {
    return gemm(OPEN, weight, bias);
  }

  /** The file with a batch of its own. */
  public static byte[] gemm(int batch, float[][] weight, float... bias) {
    int classes = weight.length;
    int features = weight[0].length;
    TensorProto.Builder weights = tensor("fc.weight", classes, features);
    for (float[] row : weight) {
      for (float value : row) {
        weights.addFloatData(value);
      }
    }
    TensorProto.Builder biases = tensor("fc.bias", classes);
    for (float value : bias) {
      biases.addFloatData(value);
    }
    NodeProto gemm =
        NodeProto.newBuilder()
            .setName("fc")
            .setOpType("Gemm")
            .addInput("x")
            .addInput("fc.weight")
            .addInput("fc.bias")
            .addOutput("logits")
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("transB")
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(1))
            .build();
    return file(
        GraphProto.newBuilder()
            .setName("tiny")
            .addNode(gemm)
            .addInitializer(weights)
            .addInitializer(biases)
            .addInput(value("x", batch, features))
            .addOutput(value("logits", batch, classes)));
  }

  /** A file that averages pictures of any size: input 1 x any x any, one score per channel. */
  public static byte[] pooling(int channels) {
    NodeProto pool = node("pool", "GlobalAveragePool", "x", "pooled");
    NodeProto flat = node("flat", "Flatten", "pooled", "logits");
    return file(
        GraphProto.newBuilder()
            .setName("pooling")
            .addNode(pool)
            .addNode(flat)
            .addInput(value("x", OPEN, channels, OPEN, OPEN))
            .addOutput(value("logits", OPEN, channels)));
  }

  /** Writes a file. */
  public static Path write(Path file, byte[] content) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      return Files.write(file, content);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static byte[] file(GraphProto.Builder graph) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private static NodeProto node(String name, String type, String input, String output) {
    return NodeProto.newBuilder()
        .setName(name)
        .setOpType(type)
        .addInput(input)
        .addOutput(output)
        .build();
  }

  private static TensorProto.Builder tensor(String name, long... dims) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(FLOAT);
    for (long dim : dims) {
      tensor.addDims(dim);
    }
    return tensor;
  }

  private static ValueInfoProto value(String name, int... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int i = 0; i < dims.length; i++) {
      TensorShapeProto.Dimension.Builder dim = TensorShapeProto.Dimension.newBuilder();
      shape.addDim(dims[i] == OPEN ? dim.setDimParam("d" + i) : dim.setDimValue(dims[i]));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(FLOAT).setShape(shape)))
        .build();
  }
}
