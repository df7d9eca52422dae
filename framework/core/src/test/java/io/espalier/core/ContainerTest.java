package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.DataType;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ContainerTest {
  private static final EspalierFormat FORMAT = new EspalierFormat();

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("model.espalier");
  }

  private byte[] written(Model model) throws IOException {
    FORMAT.write(model, file);
    return Files.readAllBytes(file);
  }

  private static Model only(Tensor tensor) {
    Model model = TutorialCnn.build(1);
    return Model.of(
        model.graph(),
        java.util.stream.Stream.concat(
                model.tensors().values().stream(), java.util.stream.Stream.of(tensor))
            .toList());
  }

  @Property(tries = 200)
  void codesAnyBlockWithoutLoss(
      @ForAll long seed, @ForAll @IntRange(max = 3000) int count, @ForAll Width width) {
    SplittableRandom random = new SplittableRandom(seed);
    int different = 1 + random.nextInt(1 << random.nextInt(1, 20));
    double sparsity = random.nextDouble();
    int mask = width.bytes == 4 ? -1 : (1 << 8 * width.bytes) - 1;
    int[] elements = new int[count];
    for (int i = 0; i < count; i++) {
      elements[i] =
          random.nextDouble() < sparsity ? 0 : (random.nextInt(different) * 0x9e3779b1) & mask;
    }
    BlockEncoder encoder = new BlockEncoder(count);
    System.arraycopy(elements, 0, encoder.elements(), 0, count);

    byte[] coded = encoder.encode(width.bytes, Optional.empty(), count, 0).toArray();

    assertThat(
            new ElementBlock(width.bytes, Optional.empty())
                .decode(ByteBuffer.wrap(coded), count, 0))
        .isEqualTo(elements);
    assertThat(coded.length).isLessThanOrEqualTo(count * width.bytes + 1);
  }

  enum Width {
    ONE(1),
    TWO(2),
    FOUR(4);

    private final int bytes;

    Width(int bytes) {
      this.bytes = bytes;
    }
  }

  @ParameterizedTest
  @EnumSource(DataType.class)
  void keepsTensorsOfEveryType(DataType type) throws IOException {
    byte[] bytes = new byte[type.bytes() * 1000];
    new SplittableRandom(3).nextBytes(bytes);
    Arrays.fill(bytes, 0, bytes.length / 2, (byte) 0);
    Model model = only(Tensor.of("t", type, Shape.of(10, 100), ByteBuffer.wrap(bytes)));

    written(model);

    assertThat(FORMAT.read(file)).isEqualTo(model);
  }

  @Test
  void keepsNegativeZerosInfinitiesAndPayloadsOfNaN() throws IOException {
    float[] values = new float[600];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (i % 5) {
            case 0 -> -0f;
            case 1 -> Float.NEGATIVE_INFINITY;
            case 2 -> Float.intBitsToFloat(0x7fc12345);
            case 3 -> Float.MIN_VALUE;
            default -> 0f;
          };
    }
    Model model = only(Tensor.ofFloats("t", Shape.of(600), values));

    written(model);

    assertThat(FORMAT.read(file)).isEqualTo(model);
  }

  @Test
  void keepsATensorOfManyBlocks() throws IOException {
    Model model =
        only(
            EncodedModels.weight(
                "t", Shape.of(3, ElementBlock.MOST), 0, 0.7, 40, false, new SplittableRandom(1)));

    written(model);

    assertThat(FORMAT.read(file)).isEqualTo(model);
  }

  @Test
  void keepsEmptyTensorsAndScalars() throws IOException {
    Model model = only(Tensor.ofFloats("t", Shape.of(0, 3)));
    written(model);
    assertThat(FORMAT.read(file)).isEqualTo(model);

    Model scalar = only(Tensor.ofFloats("t", Shape.of(), 3));
    written(scalar);
    assertThat(FORMAT.read(file)).isEqualTo(scalar);
  }

  @ParameterizedTest
  @CsvSource({
    "0.8, 31, false",
    "0.9, 255, false",
    "0.5, 15, false",
    "0, 60, false",
    "0.98, 31, false",
    "0.8, 0, false",
    "0, 0, false",
    "0, 16, true"
  })
  void isWithinFivePercentOfTheBound(double sparsity, int values, boolean byChannel)
      throws IOException {
    Tensor tensor =
        EncodedModels.weight(
            "t", Shape.of(1000, 1000), 0, sparsity, values, byChannel, new SplittableRandom(9));
    double bound = EntropyBound.bits(tensor) / 8;

    long more = written(only(tensor)).length - written(TutorialCnn.build(1)).length;

    assertThat(more / bound).isBetween(0.9, 1.05);
  }

  @Test
  void saysWhatIsNoContainer() throws IOException {
    Files.writeString(file, "something else");

    assertRefused(": is no Espalier container");
  }

  @Test
  void saysThatAContainerIsOfANewerVersion() throws IOException {
    byte[] bytes = written(TutorialCnn.build(1));
    bytes[Container.MAGIC.length] = 9;
    Files.write(file, bytes);

    assertRefused(
        ": is of container version 9, this Espalier reads version 1; use a newer Espalier");
  }

  @Test
  void saysThatAContainerIsCutShortWhereverItEnds() throws IOException {
    byte[] bytes = written(EncodedModels.model(0.8, 31, false, 1));
    for (int length = 1; length < bytes.length; length += 13) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertRefused(": is cut short; get the whole file");
    }
  }

  @Test
  void saysThatAContainerIsDamagedWhereverABitFlips() throws IOException {
    byte[] bytes = written(EncodedModels.model(0.8, 31, false, 1));
    SplittableRandom random = new SplittableRandom(2);
    for (int at = Container.MAGIC.length + 1; at < bytes.length; at += 11) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);
      assertThatThrownBy(() -> FORMAT.read(file))
          .isInstanceOfSatisfying(
              EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MODEL))
          .hasMessageStartingWith(file + ": is ");
    }
  }

  @Test
  void saysThatAContainerGoesOnAfterItsEnd() throws IOException {
    byte[] bytes = written(TutorialCnn.build(1));
    Files.write(file, Arrays.copyOf(bytes, bytes.length + 1));

    assertRefused(": goes on after its end");
  }

  @Test
  void givesTheSameBytesEveryTime() throws IOException {
    Model model = EncodedModels.model(0.6, 0, false, 4);

    assertThat(written(model)).isEqualTo(written(model));
  }

  private void assertRefused(String problem) {
    assertThatThrownBy(() -> FORMAT.read(file))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MODEL))
        .hasMessage(file + problem);
  }
}
