package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.api.Checkpoint;
import io.espalier.api.Codebook;
import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ProtosTest {
  private static final Plan PLAN =
      new Plan(
          "both",
          List.of(
              new Edit.MaskWeights(new Mask.Builder("w", Shape.of(3)).keep(1).build()),
              new Edit.TieWeights(
                  new Codebook(
                          "w",
                          Shape.of(3),
                          new float[] {0, 2},
                          new char[] {0, 1, 0},
                          OptionalInt.of(0))
                      .ofPalette("all"))));

  @Test
  void readsThePlanItWrote() throws InvalidProtocolBufferException {
    byte[] bytes = PlanProtos.toProto(PLAN).toByteArray();

    assertThat(PlanProtos.fromProto(io.espalier.proto.Plan.parseFrom(bytes))).isEqualTo(PLAN);
  }

  @Test
  void refusesAnEditOfUnknownKind() {
    var proto = PlanProtos.toProto(PLAN).toBuilder();
    proto.addEditsBuilder();

    assertThatThrownBy(() -> PlanProtos.fromProto(proto.build()))
        .isInstanceOf(EspalierException.class)
        .hasMessageContainingAll("plan of both", "no known kind");
  }

  @Property(tries = 100)
  void readsTheCheckpointItWrote(@ForAll("models") Model model)
      throws InvalidProtocolBufferException {
    Checkpoint checkpoint =
        new Checkpoint(
            "jvm",
            17,
            model,
            List.of(Graphs.floats("adam.m/w", 2, 3), Graphs.floats("adam.v/w", 2, 3)),
            Map.of("beta1Power", 0.5, "beta2Power", 0.25, "best", Double.NEGATIVE_INFINITY));

    byte[] bytes = CheckpointProtos.toProto(checkpoint).toByteArray();

    var proto = io.espalier.proto.Checkpoint.parseFrom(bytes);
    assertThat(CheckpointProtos.fromProto(proto, model)).isEqualTo(checkpoint);
    assertThat(CheckpointProtos.toProto(checkpoint).toByteArray()).isEqualTo(bytes);
  }

  @Provide
  Arbitrary<Model> models() {
    return RandomModels.constrained();
  }

  @Test
  void refusesACheckpointOfAnotherModel() {
    Model model = TutorialCnn.build(1);
    var proto = CheckpointProtos.toProto(new Checkpoint("jvm", 3, model, List.of(), Map.of()));
    Model renamed = Model.of(model.graph(), List.of(Graphs.floats("other", 1)));
    Model reshaped =
        model.withTensors(List.of(Tensor.ofFloats("conv.bias", Shape.of(1, 12), new float[12])));

    assertOther(proto, renamed, "no tensor 'other'");
    assertOther(proto, reshaped, "conv.bias float 12", "1x12");
  }

  private static void assertOther(
      io.espalier.proto.Checkpoint proto, Model start, String... words) {
    assertThatThrownBy(() -> CheckpointProtos.fromProto(proto, start))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MODEL))
        .hasMessageContainingAll("checkpoint at step 3", "another model")
        .hasMessageContainingAll(words);
  }
}
