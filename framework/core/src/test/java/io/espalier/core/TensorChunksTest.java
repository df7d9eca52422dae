package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.espalier.api.DataType;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.proto.TensorChunk;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TensorChunksTest {
  private static final Tensor TENSOR = Graphs.floats("w", 2, 5);

  private static List<TensorChunk> chunks(Tensor tensor, int maxBytes) {
    List<TensorChunk> chunks = new ArrayList<>();
    TensorChunks.split(tensor, maxBytes).forEach(chunks::add);
    return chunks;
  }

  private static Tensor assemble(List<TensorChunk> chunks) {
    TensorChunks.Assembler assembler = new TensorChunks.Assembler();
    chunks.forEach(assembler::add);
    return assembler.finish();
  }

  private static void assertRefused(List<TensorChunk> chunks, String... words) {
    assertThatThrownBy(() -> assemble(chunks))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MODEL))
        .hasMessageContainingAll(words);
  }

  @Property(tries = 200)
  void putsTogetherWhatItCut(
      @ForAll @IntRange(min = 0, max = 300) int size,
      @ForAll @IntRange(min = 1, max = 500) int maxBytes) {
    Tensor tensor = Graphs.floats("w", size);
    List<TensorChunk> chunks = chunks(tensor, maxBytes);

    assertThat(chunks).allMatch(c -> c.getData().size() <= maxBytes);
    assertThat(chunks).hasSize(Math.max(1, (size * 4 + maxBytes - 1) / maxBytes));
    assertThat(assemble(chunks)).isEqualTo(tensor);
  }

  @Test
  void cutsTwiceTheSame() {
    Iterable<TensorChunk> chunks = TensorChunks.split(TENSOR, 16);

    assertThat(chunks).hasSize(3);
    assertThat(chunks).hasSize(3);
  }

  /** The check value of CRC-32C for "123456789". */
  @Test
  void usesCastagnolisChecksum() {
    Tensor digits =
        Tensor.of(
            "d",
            DataType.UINT8,
            Shape.of(9),
            ByteString.copyFromUtf8("123456789").asReadOnlyByteBuffer());

    assertThat(chunks(digits, 100).get(0).getCrc32C()).isEqualTo(0xe3069283);
  }

  @Test
  void knowsWhenItIsComplete() {
    TensorChunks.Assembler assembler = new TensorChunks.Assembler();
    List<TensorChunk> chunks = chunks(TENSOR, 20);

    assembler.add(chunks.get(0));
    assertThat(assembler.isComplete()).isFalse();
    assembler.add(chunks.get(1));
    assertThat(assembler.isComplete()).isTrue();
  }

  @Test
  void refusesADamagedChunk() {
    TensorChunk chunk = chunks(TENSOR, 40).get(0);
    byte[] data = chunk.getData().toByteArray();
    data[7] ^= 1;

    assertRefused(
        List.of(chunk.toBuilder().setData(ByteString.copyFrom(data)).build()), "'w' at 0", "CRC");
  }

  @Test
  void refusesAGap() {
    List<TensorChunk> chunks = chunks(TENSOR, 16);

    assertRefused(List.of(chunks.get(0), chunks.get(2)), "'w' at 32", "at 16");
  }

  @Test
  void refusesAMissingEnd() {
    assertRefused(chunks(TENSOR, 16).subList(0, 2), "'w'", "8 of 40 bytes");
  }

  @Test
  void refusesToFinishWithoutChunks() {
    assertRefused(List.of(), "no chunk");
  }

  @Test
  void refusesAChunkOfAnotherTensor() {
    assertRefused(
        List.of(chunks(TENSOR, 16).get(0), chunks(TENSOR.named("v"), 16).get(1)),
        "'v'",
        "'w' is not complete");
  }

  @Test
  void refusesDataPastTheEnd() {
    TensorChunk chunk = chunks(TENSOR, 40).get(0);
    ByteString longer = chunk.getData().concat(ByteString.copyFromUtf8("more"));

    assertRefused(List.of(chunk.toBuilder().setData(longer).build()), "44 bytes", "ends after 40");
  }

  @Test
  void refusesATensorLargerThanAllowed() {
    TensorChunks.Assembler assembler = new TensorChunks.Assembler(39);

    assertThatThrownBy(() -> assembler.add(chunks(TENSOR, 16).get(0)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContainingAll("40 bytes", "up to 39");
  }

  @Test
  void refusesABrokenHeader() {
    TensorChunk chunk = chunks(TENSOR, 40).get(0);

    assertRefused(List.of(chunk.toBuilder().setDtypeValue(0).build()), "'w'", "element type");
    assertRefused(List.of(chunk.toBuilder().setDims(0, -2).build()), "'w'", "negative");
  }
}
