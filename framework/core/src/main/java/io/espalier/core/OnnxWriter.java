package io.espalier.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.espalier.api.Attribute;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Graph;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import io.espalier.proto.onnx.AttributeProto;
import io.espalier.proto.onnx.AttributeProto.AttributeType;
import io.espalier.proto.onnx.GraphProto;
import io.espalier.proto.onnx.ModelProto;
import io.espalier.proto.onnx.NodeProto;
import io.espalier.proto.onnx.OperatorSetIdProto;
import io.espalier.proto.onnx.SparseTensorProto;
import io.espalier.proto.onnx.StringStringEntryProto;
import io.espalier.proto.onnx.TensorProto;
import io.espalier.proto.onnx.TensorShapeProto;
import io.espalier.proto.onnx.TypeProto;
import io.espalier.proto.onnx.ValueInfoProto;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes a model as an ONNX message.
 *
 * <p>The message is written piece by piece, in the order of its field numbers, with the tensors
 * going straight from their own memory into the stream: built as an object first, it would hold all
 * of them a second time.
 */
final class OnnxWriter {
  private static final int IR_VERSION = 8;

  private final Model model;
  private final List<Piece> tensors;
  private final List<SparseTensorProto> sparse;

  private OnnxWriter(Model model, List<Piece> tensors, List<SparseTensorProto> sparse) {
    this.model = model;
    this.tensors = tensors;
    this.sparse = sparse;
  }

  /**
   * An initialiser: what stands before its raw data, and the raw data.
   *
   * @param raw empty where the data is in another file
   */
  private record Piece(TensorProto header, Optional<ByteBuffer> raw) {
    long size() {
      long bytes = header.getSerializedSize();
      if (raw.isPresent()) {
        int length = raw.get().remaining();
        bytes +=
            CodedOutputStream.computeTagSize(TensorProto.RAW_DATA_FIELD_NUMBER)
                + CodedOutputStream.computeUInt32SizeNoTag(length)
                + (long) length;
      }
      return bytes;
    }

    void writeTo(CodedOutputStream out) throws IOException {
      header.writeTo(out);
      if (raw.isPresent()) {
        out.writeTag(TensorProto.RAW_DATA_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(raw.get().remaining());
        out.writeRawBytes(raw.get());
      }
    }
  }

  /** Bytes of all tensors. */
  static long tensorBytes(Model model) {
    return model.tensors().values().stream().mapToLong(t -> t.bytes().remaining()).sum();
  }

  /** The model with its tensors. */
  static OnnxWriter inline(Model model) {
    return new OnnxWriter(
        model, model.tensors().values().stream().map(OnnxWriter::inline).toList(), List.of());
  }

  /** The model with those tensors sparse that are smaller so. */
  static OnnxWriter sparse(Model model) {
    List<Piece> dense = new ArrayList<>();
    List<SparseTensorProto> sparse = new ArrayList<>();
    for (Tensor tensor : model.tensors().values()) {
      OnnxSparse.of(tensor).ifPresentOrElse(sparse::add, () -> dense.add(inline(tensor)));
    }
    return new OnnxWriter(model, dense, sparse);
  }

  /** The model with its large tensors in a data file. */
  static OnnxWriter external(Model model, OnnxDataFile data) {
    return new OnnxWriter(
        model,
        model.tensors().values().stream().map(tensor -> piece(tensor, data)).toList(),
        List.of());
  }

  /**
   * @throws EspalierException ({@link FailureCode#MODEL}) for a message of more than 2 GiB
   */
  void writeTo(OutputStream stream) throws IOException {
    Graph graph = model.graph();
    GraphProto.Builder front = GraphProto.newBuilder().setName(graph.name());
    graph.nodes().forEach(node -> front.addNode(node(node)));
    GraphProto.Builder back = GraphProto.newBuilder();
    graph.inputs().forEach(input -> back.addInput(value(input)));
    graph.outputs().forEach(output -> back.addOutput(value(output)));
    back.addAllSparseInitializer(sparse);
    CodedOutputStream out = CodedOutputStream.newInstance(stream);
    ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("espalier")
        .build()
        .writeTo(out);
    writeGraph(front.build(), back.build(), out);
    opsets(graph).writeTo(out);
    out.flush();
  }

  private void writeGraph(GraphProto front, GraphProto back, CodedOutputStream out)
      throws IOException {
    long size = (long) front.getSerializedSize() + back.getSerializedSize();
    for (Piece tensor : tensors) {
      size += sizeWithin(tensor);
    }
    if (size > Integer.MAX_VALUE) {
      throw new Place("model '" + model.graph().name() + "'")
          .broken("needs %d bytes, more than one ONNX message may have (2 GiB)".formatted(size));
    }
    out.writeTag(ModelProto.GRAPH_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt32NoTag((int) size);
    front.writeTo(out);
    for (Piece tensor : tensors) {
      out.writeTag(GraphProto.INITIALIZER_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt32NoTag((int) tensor.size());
      tensor.writeTo(out);
    }
    back.writeTo(out);
  }

  private static long sizeWithin(Piece tensor) {
    long size = tensor.size();
    return CodedOutputStream.computeTagSize(GraphProto.INITIALIZER_FIELD_NUMBER)
        + CodedOutputStream.computeUInt64SizeNoTag(size)
        + size;
  }

  private static ModelProto opsets(Graph graph) {
    ModelProto.Builder message = ModelProto.newBuilder();
    graph
        .opsets()
        .forEach(
            (domain, version) ->
                message.addOpsetImport(
                    OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version)));
    return message.build();
  }

  private static NodeProto node(Node node) {
    NodeProto.Builder proto =
        NodeProto.newBuilder()
            .setName(node.name())
            .setOpType(node.type())
            .addAllInput(node.inputs())
            .addAllOutput(node.outputs());
    if (!node.domain().isEmpty()) {
      proto.setDomain(node.domain());
    }
    node.attributes().forEach((name, value) -> proto.addAttribute(attribute(name, value)));
    return proto.build();
  }

  private static AttributeProto attribute(String name, Attribute attribute) {
    AttributeProto.Builder proto = AttributeProto.newBuilder().setName(name);
    if (attribute instanceof Attribute.Int a) {
      proto.setType(AttributeType.INT).setI(a.value());
    } else if (attribute instanceof Attribute.Real a) {
      proto.setType(AttributeType.FLOAT).setF(a.value());
    } else if (attribute instanceof Attribute.Text a) {
      proto.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(a.value()));
    } else if (attribute instanceof Attribute.Constant a) {
      proto.setType(AttributeType.TENSOR).setT(constant(a.value()));
    } else if (attribute instanceof Attribute.Ints a) {
      proto.setType(AttributeType.INTS).addAllInts(a.values());
    } else if (attribute instanceof Attribute.Reals a) {
      proto.setType(AttributeType.FLOATS).addAllFloats(a.values());
    } else if (attribute instanceof Attribute.Texts a) {
      proto.setType(AttributeType.STRINGS);
      a.values().forEach(text -> proto.addStrings(ByteString.copyFromUtf8(text)));
    }
    return proto.build();
  }

  private static Piece inline(Tensor tensor) {
    return new Piece(header(tensor).build(), Optional.of(tensor.bytes()));
  }

  private static Piece piece(Tensor tensor, OnnxDataFile data) {
    OnnxDataFile.Slot slot = data.slots().get(tensor.name());
    if (slot == null) {
      return inline(tensor);
    }
    TensorProto header =
        header(tensor)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(entry("location", data.location()))
            .addExternalData(entry("offset", Long.toString(slot.offset())))
            .addExternalData(entry("length", Integer.toString(tensor.bytes().remaining())))
            .build();
    return new Piece(header, Optional.empty());
  }

  static TensorProto.Builder header(Tensor tensor) {
    return TensorProto.newBuilder()
        .addAllDims(tensor.shape().dims())
        .setDataType(tensor.type().code())
        .setName(tensor.name());
  }

  private static TensorProto constant(Tensor tensor) {
    return header(tensor).setRawData(ByteString.copyFrom(tensor.bytes())).build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static ValueInfoProto value(ValueInfo info) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (ValueInfo.Dimension dimension : info.dims()) {
      TensorShapeProto.Dimension.Builder dim = shape.addDimBuilder();
      if (dimension instanceof ValueInfo.Known known) {
        dim.setDimValue(known.size());
      } else if (dimension instanceof ValueInfo.Open open && !open.symbol().isEmpty()) {
        dim.setDimParam(open.symbol());
      }
    }
    TypeProto.Tensor type =
        TypeProto.Tensor.newBuilder().setElemType(info.type().code()).setShape(shape).build();
    return ValueInfoProto.newBuilder()
        .setName(info.name())
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }
}
