package io.espalier.core;

import com.google.protobuf.ByteString;
import io.espalier.api.Attribute;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.proto.onnx.AttributeProto;
import io.espalier.proto.onnx.AttributeProto.AttributeType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Attributes of ONNX messages. */
final class OnnxAttributes {
  private final OnnxTensors tensors;

  OnnxAttributes(OnnxTensors tensors) {
    this.tensors = tensors;
  }

  Map<String, Attribute> read(List<AttributeProto> protos, Place node) {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    for (AttributeProto proto : protos) {
      Place at = node.in("attribute '" + proto.getName() + "'");
      if (attributes.put(proto.getName(), read(proto, at)) != null) {
        throw at.broken("is there twice");
      }
    }
    return attributes;
  }

  private Attribute read(AttributeProto proto, Place place) {
    if (!proto.getRefAttrName().isEmpty()) {
      throw place.broken("refers to an attribute of a function, which Espalier does not handle");
    }
    return switch (type(proto)) {
      case INT -> new Attribute.Int(proto.getI());
      case FLOAT -> new Attribute.Real(proto.getF());
      case STRING -> new Attribute.Text(text(proto.getS(), place));
      case TENSOR ->
          new Attribute.Constant(tensors.read(proto.getT(), proto.getT().getName(), place));
      case INTS -> new Attribute.Ints(proto.getIntsList());
      case FLOATS -> new Attribute.Reals(proto.getFloatsList());
      case STRINGS ->
          new Attribute.Texts(proto.getStringsList().stream().map(s -> text(s, place)).toList());
      case GRAPH, GRAPHS -> throw place.broken("is a subgraph, which Espalier does not handle");
      case SPARSE_TENSOR, SPARSE_TENSORS ->
          throw place.broken("is a sparse tensor, which Espalier does not handle");
      case TENSORS, TYPE_PROTO, TYPE_PROTOS ->
          throw place.broken("is of a kind that Espalier does not handle");
      case UNDEFINED -> throw place.broken("has no value");
    };
  }

  /** The declared type; old files have none, and the field that is filled tells. */
  private static AttributeType type(AttributeProto proto) {
    if (proto.getType() != AttributeType.UNDEFINED) {
      return proto.getType();
    }
    if (proto.hasI()) {
      return AttributeType.INT;
    } else if (proto.hasF()) {
      return AttributeType.FLOAT;
    } else if (proto.hasS()) {
      return AttributeType.STRING;
    } else if (proto.hasT()) {
      return AttributeType.TENSOR;
    } else if (proto.hasG() || proto.getGraphsCount() > 0) {
      return AttributeType.GRAPH;
    } else if (proto.getIntsCount() > 0) {
      return AttributeType.INTS;
    } else if (proto.getFloatsCount() > 0) {
      return AttributeType.FLOATS;
    } else if (proto.getStringsCount() > 0) {
      return AttributeType.STRINGS;
    } else if (proto.getTensorsCount() > 0) {
      return AttributeType.TENSORS;
    }
    return AttributeType.UNDEFINED;
  }

  private static String text(ByteString bytes, Place place) {
    if (!bytes.isValidUtf8()) {
      throw place.broken("is no UTF-8 text");
    }
    return bytes.toStringUtf8();
  }

  /** The tensor that a Constant node gives; empty for a text. */
  static Optional<Tensor> constant(String name, Attribute value) {
    if (value instanceof Attribute.Constant a) {
      return Optional.of(a.value().named(name));
    } else if (value instanceof Attribute.Real a) {
      return Optional.of(Tensor.ofFloats(name, Shape.of(), a.value()));
    } else if (value instanceof Attribute.Int a) {
      return Optional.of(Tensor.ofLongs(name, Shape.of(), a.value()));
    } else if (value instanceof Attribute.Reals a) {
      float[] values = new float[a.values().size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = a.values().get(i);
      }
      return Optional.of(Tensor.ofFloats(name, Shape.of(values.length), values));
    } else if (value instanceof Attribute.Ints a) {
      long[] values = a.values().stream().mapToLong(Long::longValue).toArray();
      return Optional.of(Tensor.ofLongs(name, Shape.of(values.length), values));
    }
    return Optional.empty();
  }
}
