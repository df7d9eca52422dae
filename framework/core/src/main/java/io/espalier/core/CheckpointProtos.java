package io.espalier.core;

import io.espalier.api.Checkpoint;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Tensor;
import java.util.Map;
import java.util.TreeMap;

/**
 * Checkpoints as protobuf messages. A message holds weights, constraints and the trainer's state;
 * graph and history are those of the model that the training started from.
 */
public final class CheckpointProtos {
  private CheckpointProtos() {}

  /** The message of a checkpoint, with a copy of its tensors. */
  public static io.espalier.proto.Checkpoint toProto(Checkpoint checkpoint) {
    Model model = checkpoint.model();
    var proto =
        io.espalier.proto.Checkpoint.newBuilder()
            .setFineTuner(checkpoint.fineTuner())
            .setStep(checkpoint.step());
    model.tensors().values().forEach(t -> proto.addWeights(TensorProtos.toProto(t)));
    checkpoint.state().forEach(t -> proto.addState(TensorProtos.toProto(t)));
    model.masks().values().forEach(m -> proto.addMasks(ConstraintProtos.toProto(m)));
    model.codebooks().values().forEach(c -> proto.addCodebooks(ConstraintProtos.toProto(c)));
    new TreeMap<>(checkpoint.scalars()).forEach(proto::putScalars);
    return proto.build();
  }

  /**
   * The checkpoint of a message.
   *
   * @param start the model that the training started from
   * @throws EspalierException ({@link FailureCode#MODEL}) for a broken message, or one that belongs
   *     to another model
   */
  public static Checkpoint fromProto(io.espalier.proto.Checkpoint proto, Model start) {
    Place place = new Place("checkpoint at step " + proto.getStep());
    return place.explain(() -> decode(proto, start));
  }

  private static Checkpoint decode(io.espalier.proto.Checkpoint proto, Model start) {
    Map<String, Tensor> weights =
        ModelProtos.unique("tensor", ModelProtos.tensors(proto.getWeightsList()), Tensor::name);
    requireSameTensors(weights, start.tensors());
    Model model =
        new Model(
            start.graph(),
            weights,
            ModelProtos.masks(proto.getMasksList()),
            ModelProtos.codebooks(proto.getCodebooksList()),
            start.history());
    return new Checkpoint(
        proto.getFineTuner(),
        proto.getStep(),
        model,
        ModelProtos.tensors(proto.getStateList()),
        proto.getScalarsMap());
  }

  private static void requireSameTensors(Map<String, Tensor> weights, Map<String, Tensor> start) {
    for (Tensor tensor : start.values()) {
      if (!weights.containsKey(tensor.name())) {
        throw other("it has no tensor '%s'".formatted(tensor.name()));
      }
    }
    for (Tensor weight : weights.values()) {
      Tensor tensor = start.get(weight.name());
      if (tensor == null) {
        throw other("the model has no tensor '%s'".formatted(weight.name()));
      }
      if (weight.type() != tensor.type() || !weight.shape().equals(tensor.shape())) {
        throw other("its tensor is %s, the model's %s".formatted(weight, tensor));
      }
    }
  }

  private static EspalierException other(String problem) {
    return new EspalierException(FailureCode.MODEL, "belongs to another model: " + problem);
  }
}
