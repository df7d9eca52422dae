package io.espalier.core;

import io.espalier.api.Attribute;
import io.espalier.api.DataType;
import io.espalier.api.Graph;
import io.espalier.api.Node;
import io.espalier.api.ValueInfo;
import io.espalier.proto.Dimension;
import io.espalier.proto.Floats;
import io.espalier.proto.Ints;
import io.espalier.proto.Strings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Graphs as protobuf messages. */
final class GraphProtos {
  private GraphProtos() {}

  static io.espalier.proto.Graph toProto(Graph graph) {
    var proto = io.espalier.proto.Graph.newBuilder().setName(graph.name());
    graph.nodes().forEach(node -> proto.addNodes(toProto(node)));
    graph.inputs().forEach(input -> proto.addInputs(toProto(input)));
    graph.outputs().forEach(output -> proto.addOutputs(toProto(output)));
    graph.opsets().forEach(proto::putOpsets);
    return proto.build();
  }

  static Graph fromProto(io.espalier.proto.Graph proto) {
    return new Graph(
        proto.getName(),
        proto.getNodesList().stream().map(GraphProtos::fromProto).toList(),
        proto.getInputsList().stream().map(GraphProtos::fromProto).toList(),
        proto.getOutputsList().stream().map(GraphProtos::fromProto).toList(),
        proto.getOpsetsMap());
  }

  private static io.espalier.proto.Node toProto(Node node) {
    var proto =
        io.espalier.proto.Node.newBuilder()
            .setName(node.name())
            .setOpType(node.type())
            .setDomain(node.domain())
            .addAllInputs(node.inputs())
            .addAllOutputs(node.outputs());
    node.attributes().forEach((name, value) -> proto.addAttributes(toProto(name, value)));
    return proto.build();
  }

  private static Node fromProto(io.espalier.proto.Node proto) {
    Place place = new Place("node '%s' (%s)".formatted(proto.getName(), proto.getOpType()));
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    for (io.espalier.proto.Attribute attribute : proto.getAttributesList()) {
      Place at = place.in("attribute '" + attribute.getName() + "'");
      if (attributes.put(attribute.getName(), fromProto(attribute, at)) != null) {
        throw at.broken("is there twice");
      }
    }
    return new Node(
        proto.getName(),
        proto.getOpType(),
        proto.getDomain(),
        proto.getInputsList(),
        proto.getOutputsList(),
        attributes);
  }

  private static io.espalier.proto.Attribute toProto(String name, Attribute attribute) {
    var proto = io.espalier.proto.Attribute.newBuilder().setName(name);
    if (attribute instanceof Attribute.Int a) {
      proto.setIntValue(a.value());
    } else if (attribute instanceof Attribute.Real a) {
      proto.setFloatValue(a.value());
    } else if (attribute instanceof Attribute.Text a) {
      proto.setStringValue(a.value());
    } else if (attribute instanceof Attribute.Constant a) {
      proto.setTensorValue(TensorProtos.toProto(a.value()));
    } else if (attribute instanceof Attribute.Ints a) {
      proto.setIntsValue(Ints.newBuilder().addAllValues(a.values()));
    } else if (attribute instanceof Attribute.Reals a) {
      proto.setFloatsValue(Floats.newBuilder().addAllValues(a.values()));
    } else if (attribute instanceof Attribute.Texts a) {
      proto.setStringsValue(Strings.newBuilder().addAllValues(a.values()));
    }
    return proto.build();
  }

  private static Attribute fromProto(io.espalier.proto.Attribute proto, Place place) {
    return switch (proto.getValueCase()) {
      case INT_VALUE -> new Attribute.Int(proto.getIntValue());
      case FLOAT_VALUE -> new Attribute.Real(proto.getFloatValue());
      case STRING_VALUE -> new Attribute.Text(proto.getStringValue());
      case TENSOR_VALUE ->
          new Attribute.Constant(
              place.explain(() -> TensorProtos.fromProto(proto.getTensorValue())));
      case INTS_VALUE -> new Attribute.Ints(proto.getIntsValue().getValuesList());
      case FLOATS_VALUE -> new Attribute.Reals(proto.getFloatsValue().getValuesList());
      case STRINGS_VALUE ->
          new Attribute.Texts(List.copyOf(proto.getStringsValue().getValuesList()));
      case VALUE_NOT_SET -> throw place.broken("has no value of a known kind");
    };
  }

  private static io.espalier.proto.ValueInfo toProto(ValueInfo info) {
    var proto =
        io.espalier.proto.ValueInfo.newBuilder()
            .setName(info.name())
            .setDtypeValue(info.type().code());
    for (ValueInfo.Dimension dimension : info.dims()) {
      if (dimension instanceof ValueInfo.Known known) {
        proto.addDims(Dimension.newBuilder().setSize(known.size()));
      } else if (dimension instanceof ValueInfo.Open open) {
        proto.addDims(Dimension.newBuilder().setSymbol(open.symbol()));
      }
    }
    return proto.build();
  }

  private static ValueInfo fromProto(io.espalier.proto.ValueInfo proto) {
    DataType type = TensorProtos.type("value", proto.getName(), proto.getDtypeValue());
    List<ValueInfo.Dimension> dims = new ArrayList<>();
    for (Dimension dimension : proto.getDimsList()) {
      if (dimension.getExtentCase() == Dimension.ExtentCase.SIZE) {
        if (dimension.getSize() < 0) {
          throw new Place("value '" + proto.getName() + "'")
              .broken("axis %d has extent %d".formatted(dims.size(), dimension.getSize()));
        }
        dims.add(new ValueInfo.Known(dimension.getSize()));
      } else {
        dims.add(new ValueInfo.Open(dimension.getSymbol()));
      }
    }
    return new ValueInfo(proto.getName(), type, dims);
  }
}
