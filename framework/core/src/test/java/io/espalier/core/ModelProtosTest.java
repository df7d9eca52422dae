package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.proto.Attribute;
import io.espalier.proto.Codebook;
import io.espalier.proto.Mask;
import io.espalier.proto.Node;
import java.util.function.Consumer;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ModelProtosTest {
  private static void assertRefused(
      Consumer<io.espalier.proto.Model.Builder> change, String... words) {
    io.espalier.proto.Model.Builder proto = ModelProtos.toProto(TutorialCnn.build(1)).toBuilder();
    change.accept(proto);
    assertThatThrownBy(() -> ModelProtos.fromProto(proto.build()))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MODEL))
        .hasMessageContainingAll(words);
  }

  @Property(tries = 300)
  void readsWhatItWrote(@ForAll("models") Model model) throws InvalidProtocolBufferException {
    byte[] bytes = ModelProtos.toProto(model).toByteArray();

    assertThat(ModelProtos.fromProto(io.espalier.proto.Model.parseFrom(bytes))).isEqualTo(model);
  }

  @Property(tries = 100)
  void writesTheSameBytesForTheSameModel(@ForAll("models") Model model) {
    Model same = ModelProtos.fromProto(ModelProtos.toProto(model));

    assertThat(ModelProtos.toProto(same).toByteArray())
        .isEqualTo(ModelProtos.toProto(model).toByteArray());
  }

  @Property(tries = 1000)
  void readsOrRefusesDamagedBytes(
      @ForAll("models") Model model,
      @ForAll int position,
      @ForAll @IntRange(min = 1, max = 255) int flip) {
    byte[] bytes = ModelProtos.toProto(model).toByteArray();
    bytes[Math.floorMod(position, bytes.length)] ^= (byte) flip;
    try {
      Model read = ModelProtos.fromProto(io.espalier.proto.Model.parseFrom(bytes));
      assertThat(read.graph()).isNotNull();
    } catch (EspalierException e) {
      assertThat(e).hasMessageStartingWith("model message: ");
    } catch (InvalidProtocolBufferException e) {
      assertThat(e).hasMessageNotContaining("espalier");
    }
  }

  @Provide
  Arbitrary<Model> models() {
    return RandomModels.constrained();
  }

  @Test
  void refusesUnknownElementTypes() {
    assertRefused(
        m -> m.getTensorsBuilder(0).setDtypeValue(8), "'conv.weight'", "element type code 8");
  }

  @Test
  void refusesAWrongNumberOfBytes() {
    assertRefused(
        m -> m.getTensorsBuilder(0).setData(ByteString.copyFromUtf8("few")),
        "'conv.weight'",
        "432 bytes",
        "has 3");
  }

  @Test
  void refusesBadExtents() {
    assertRefused(m -> m.getTensorsBuilder(0).setDims(0, -12), "'conv.weight'", "negative");
    assertRefused(m -> m.getTensorsBuilder(0).setDims(0, 1L << 62), "'conv.weight'", "too large");
    assertRefused(m -> m.getTensorsBuilder(0).setDims(0, 1L << 29), "'conv.weight'", "2 GiB");
  }

  @Test
  void refusesNamesThatAreThereTwice() {
    assertRefused(m -> m.getTensorsBuilder(1).setName("conv.weight"), "'conv.weight'", "twice");
  }

  @Test
  void refusesNodesOutOfOrder() {
    assertRefused(
        m -> {
          Node first = m.getGraph().getNodes(0);
          m.getGraphBuilder().removeNodes(0).addNodes(first);
        },
        "topological order");
  }

  @Test
  void refusesInputsThatNothingProduces() {
    assertRefused(
        m -> m.getGraphBuilder().getNodesBuilder(1).setInputs(0, "nowhere"),
        "node 'relu' (Relu)",
        "'nowhere'");
  }

  @Test
  void refusesAttributesWithoutValue() {
    assertRefused(
        m ->
            m.getGraphBuilder()
                .getNodesBuilder(1)
                .addAttributes(Attribute.newBuilder().setName("alpha")),
        "node 'relu' (Relu)",
        "'alpha'");
  }

  @Test
  void refusesAMaskThatFitsNoTensor() {
    assertRefused(
        m -> m.addMasks(Mask.newBuilder().setTensor("conv.bias").addDims(3).setBits(bits(1))),
        "mask of conv.bias",
        "fits no tensor");
  }

  @Test
  void refusesAMaskOfTheWrongLength() {
    assertRefused(
        m -> m.addMasks(Mask.newBuilder().setTensor("conv.bias").addDims(12).setBits(bits(3))),
        "mask of 'conv.bias'",
        "2 bytes, has 3");
  }

  @Test
  void refusesACodebookOfTheWrongLength() {
    assertRefused(
        m ->
            m.addCodebooks(
                Codebook.newBuilder()
                    .setTensor("conv.bias")
                    .addDims(12)
                    .addValues(0)
                    .setIndices(bits(11))),
        "codebook of 'conv.bias'",
        "12 bytes",
        "11");
  }

  private static ByteString bits(int bytes) {
    return ByteString.copyFrom(new byte[bytes]);
  }
}
