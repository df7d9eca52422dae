package io.espalier.core;

import io.espalier.api.Codebook;
import io.espalier.api.Constraint;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Graph;
import io.espalier.api.HistoryEntry;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Tensor;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Models as protobuf messages: graph, tensors, constraints and history. */
public final class ModelProtos {
  private ModelProtos() {}

  /** The message of a model, with a copy of its tensors; the same model gives the same bytes. */
  public static io.espalier.proto.Model toProto(Model model) {
    var proto = io.espalier.proto.Model.newBuilder().setGraph(GraphProtos.toProto(model.graph()));
    model.tensors().values().forEach(t -> proto.addTensors(TensorProtos.toProto(t)));
    model.masks().values().forEach(m -> proto.addMasks(ConstraintProtos.toProto(m)));
    model.codebooks().values().forEach(c -> proto.addCodebooks(ConstraintProtos.toProto(c)));
    for (HistoryEntry entry : model.history()) {
      proto.addHistory(
          io.espalier.proto.HistoryEntry.newBuilder()
              .setStage(entry.stage())
              .setKind(entry.kind())
              .setExtension(entry.extension())
              .setSummary(entry.summary()));
    }
    return proto.build();
  }

  /**
   * The model of a message.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) that names the tensor, node or value and
   *     what is wrong with it: an unknown element type, a wrong number of bytes, a bad extent, a
   *     name that is there twice, a node out of order, a constraint that fits no tensor
   */
  public static Model fromProto(io.espalier.proto.Model proto) {
    return new Place("model message").explain(() -> decode(proto));
  }

  private static Model decode(io.espalier.proto.Model proto) {
    Map<String, Tensor> tensors = unique("tensor", tensors(proto.getTensorsList()), Tensor::name);
    Graph graph = GraphProtos.fromProto(proto.getGraph());
    GraphOrder.requireSorted(graph, tensors.keySet());
    List<HistoryEntry> history =
        proto.getHistoryList().stream()
            .map(e -> new HistoryEntry(e.getStage(), e.getKind(), e.getExtension(), e.getSummary()))
            .toList();
    return new Model(
        graph, tensors, masks(proto.getMasksList()), codebooks(proto.getCodebooksList()), history);
  }

  static List<Tensor> tensors(List<io.espalier.proto.Tensor> protos) {
    return protos.stream().map(TensorProtos::fromProto).toList();
  }

  static Map<String, Mask> masks(List<io.espalier.proto.Mask> protos) {
    return unique(
        "mask of", protos.stream().map(ConstraintProtos::fromProto).toList(), Constraint::tensor);
  }

  static Map<String, Codebook> codebooks(List<io.espalier.proto.Codebook> protos) {
    return unique(
        "codebook of",
        protos.stream().map(ConstraintProtos::fromProto).toList(),
        Constraint::tensor);
  }

  static <T> Map<String, T> unique(String what, Collection<T> all, Function<T, String> name) {
    Map<String, T> byName = new LinkedHashMap<>();
    for (T one : all) {
      if (byName.put(name.apply(one), one) != null) {
        throw new Place("%s '%s'".formatted(what, name.apply(one))).broken("is there twice");
      }
    }
    return byName;
  }
}
