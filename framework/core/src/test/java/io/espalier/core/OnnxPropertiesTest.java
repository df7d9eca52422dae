package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.EspalierException;
import io.espalier.api.Model;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class OnnxPropertiesTest {
  private final OnnxFormat onnx = new OnnxFormat();

  @Property(tries = 500)
  void readsWhatItWrote(@ForAll("models") Model model) {
    Model read = onnx.parse(onnx.bytes(model), "random.onnx");

    assertThat(read).isEqualTo(model);
    assertThat(read.tensors().keySet()).containsExactlyElementsOf(model.tensors().keySet());
  }

  @Property(tries = 100)
  void writesTheSameBytesForTheSameModel(@ForAll("models") Model model) {
    byte[] bytes = onnx.bytes(model);

    assertThat(onnx.bytes(onnx.parse(bytes, "random.onnx"))).isEqualTo(bytes);
  }

  @Property(tries = 2000)
  void readsOrRefusesDamagedBytes(
      @ForAll("models") Model model,
      @ForAll @Size(min = 1, max = 8) int[] positions,
      @ForAll @IntRange(min = 1, max = 255) int flip) {
    byte[] bytes = onnx.bytes(model);
    for (int position : positions) {
      bytes[Math.floorMod(position, bytes.length)] ^= (byte) flip;
    }

    assertReadsOrRefuses(bytes);
  }

  @Property(tries = 500)
  void readsOrRefusesTruncatedBytes(@ForAll("models") Model model, @ForAll int position) {
    byte[] bytes = onnx.bytes(model);

    assertReadsOrRefuses(Arrays.copyOf(bytes, Math.floorMod(position, bytes.length)));
  }

  @Property(tries = 500)
  void readsOrRefusesAnyBytes(@ForAll byte[] bytes) {
    assertReadsOrRefuses(bytes);
  }

  @Property(tries = 300)
  void neverReadsATruncatedNetworkAsAnotherOne(
      @ForAll @IntRange(min = 0, max = 82_000) int length) {
    byte[] bytes = onnx.bytes(TutorialCnn.build(3));

    assertReadsOrRefuses(Arrays.copyOf(bytes, Math.min(length, bytes.length - 1)));
  }

  private void assertReadsOrRefuses(byte[] bytes) {
    try {
      assertThat(onnx.parse(bytes, "damaged.onnx").graph()).isNotNull();
    } catch (EspalierException e) {
      assertThat(e).hasMessageStartingWith("damaged.onnx: ");
    }
  }

  @Provide
  Arbitrary<Model> models() {
    return Arbitraries.oneOf(
        RandomModels.plain(), Arbitraries.longs().between(0, 3).map(TutorialCnn::build));
  }
}
