package io.espalier.core;

import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Plan;

/** Plans as protobuf messages. */
public final class PlanProtos {
  private PlanProtos() {}

  /** The message of a plan. */
  public static io.espalier.proto.Plan toProto(Plan plan) {
    var proto = io.espalier.proto.Plan.newBuilder().setAuthor(plan.author());
    for (Edit edit : plan.edits()) {
      if (edit instanceof Edit.MaskWeights e) {
        proto.addEditsBuilder().setMask(ConstraintProtos.toProto(e.mask()));
      } else if (edit instanceof Edit.TieWeights e) {
        proto.addEditsBuilder().setCodebook(ConstraintProtos.toProto(e.codebook()));
      } else if (edit instanceof Edit.ReplaceWeights e) {
        proto.addEditsBuilder().setWeights(TensorProtos.toProto(e.values()));
      } else if (edit instanceof Edit.RemoveChannels e) {
        proto
            .addEditsBuilder()
            .getChannelsBuilder()
            .setTensor(e.tensor())
            .setAxis(e.axis())
            .addAllIndices(e.indices());
      }
    }
    return proto.build();
  }

  /**
   * The plan of a message.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) for a broken mask or codebook or an
   *     unknown kind of edit
   */
  public static Plan fromProto(io.espalier.proto.Plan proto) {
    Place place = new Place("plan of " + proto.getAuthor());
    return new Plan(
        proto.getAuthor(),
        proto.getEditsList().stream().map(edit -> place.explain(() -> fromProto(edit))).toList());
  }

  private static Edit fromProto(io.espalier.proto.Edit proto) {
    return switch (proto.getEditCase()) {
      case MASK -> new Edit.MaskWeights(ConstraintProtos.fromProto(proto.getMask()));
      case CODEBOOK -> new Edit.TieWeights(ConstraintProtos.fromProto(proto.getCodebook()));
      case WEIGHTS -> new Edit.ReplaceWeights(TensorProtos.fromProto(proto.getWeights()));
      case CHANNELS ->
          new Edit.RemoveChannels(
              proto.getChannels().getTensor(),
              proto.getChannels().getAxis(),
              proto.getChannels().getIndicesList());
      case EDIT_NOT_SET ->
          throw new EspalierException(FailureCode.MODEL, "an edit is of no known kind");
    };
  }
}
