package io.espalier.core;

import io.espalier.api.DataType;
import io.espalier.api.EspalierException;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.ValueInfo;
import io.espalier.proto.onnx.TensorShapeProto;
import io.espalier.proto.onnx.TypeProto;
import io.espalier.proto.onnx.ValueInfoProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Inputs and outputs of ONNX messages. */
final class OnnxValues {
  /** Two extents of open axes: an inferred axis that differs between them is open. */
  private static final long[] PROBES = {2, 3};

  private OnnxValues() {}

  static ValueInfo input(ValueInfoProto proto, Place file) {
    Place place = file.in("input '" + proto.getName() + "'");
    if (proto.getName().isEmpty()) {
      throw place.broken("has no name");
    }
    DataType type = type(proto, place);
    if (!proto.getType().getTensorType().hasShape()) {
      throw place.broken("has no shape");
    }
    return new ValueInfo(proto.getName(), type, dims(proto, place));
  }

  /**
   * The outputs; those that the file gives no shape get the one that follows from the graph.
   *
   * @param model the model, its outputs aside
   */
  static List<ValueInfo> outputs(List<ValueInfoProto> protos, Model model, Place file) {
    List<ValueInfo> outputs = new ArrayList<>();
    for (ValueInfoProto proto : protos) {
      Place place = file.in("output '" + proto.getName() + "'");
      DataType type = type(proto, place);
      List<ValueInfo.Dimension> dims =
          proto.getType().getTensorType().hasShape()
              ? dims(proto, place)
              : inferred(proto.getName(), model, place);
      outputs.add(new ValueInfo(proto.getName(), type, dims));
    }
    return outputs;
  }

  private static DataType type(ValueInfoProto proto, Place place) {
    TypeProto type = proto.getType();
    if (!type.hasTensorType()) {
      throw place.broken("is no tensor; sequences, maps and optionals are not handled");
    }
    return place.explain(() -> OnnxTensors.type(type.getTensorType().getElemType()));
  }

  private static List<ValueInfo.Dimension> dims(ValueInfoProto proto, Place place) {
    List<ValueInfo.Dimension> dims = new ArrayList<>();
    for (TensorShapeProto.Dimension dim : proto.getType().getTensorType().getShape().getDimList()) {
      if (dim.getDimValue() < -1) {
        throw place.broken("axis %d has extent %d".formatted(dims.size(), dim.getDimValue()));
      }
      boolean known = dim.hasDimValue() && dim.getDimValue() >= 0;
      dims.add(
          known ? new ValueInfo.Known(dim.getDimValue()) : new ValueInfo.Open(dim.getDimParam()));
    }
    return dims;
  }

  private static List<ValueInfo.Dimension> inferred(String name, Model model, Place place) {
    try {
      Map<String, Shape> one = Shapes.infer(model, PROBES[0]);
      Map<String, Shape> other = Shapes.infer(model, PROBES[1]);
      Shape shape = one.get(name);
      Shape probe = other.get(name);
      if (shape == null || probe == null) {
        throw place.broken("nothing produces it");
      }
      List<ValueInfo.Dimension> dims = new ArrayList<>();
      for (int axis = 0; axis < shape.rank(); axis++) {
        boolean fixed = shape.dim(axis) == probe.dim(axis);
        dims.add(fixed ? new ValueInfo.Known(shape.dim(axis)) : new ValueInfo.Open(""));
      }
      return dims;
    } catch (EspalierException e) {
      throw place.broken("has no shape, and it does not follow from the graph: " + e.getMessage());
    }
  }
}
