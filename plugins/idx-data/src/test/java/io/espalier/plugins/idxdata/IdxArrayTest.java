package io.espalier.plugins.idxdata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxArrayTest {
  private static final byte[] PIXELS = {0, 1, 2, 3, (byte) 200, (byte) 255};
  private static final byte[] IMAGES = ToySet.idx(0x803, PIXELS, 2, 1, 3);

  private static IdxArray read(byte[] bytes, int axes) {
    try {
      return IdxArray.read("a/file", new ByteArrayInputStream(bytes), axes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static EspalierException refusal(byte[] bytes, int axes) {
    EspalierException failure =
        catchThrowableOfType(EspalierException.class, () -> read(bytes, axes));
    assertThat(failure.code()).isEqualTo(FailureCode.DATA);
    return failure;
  }

  @Test
  void imagesAreReadRowByRow() {
    IdxArray array = read(IMAGES, IdxArray.IMAGES);

    assertThat(array.count()).isEqualTo(2);
    assertThat(array.dim(1)).isEqualTo(1);
    assertThat(array.dim(2)).isEqualTo(3);
    assertThat(array.value(0, 2)).isEqualTo(2);
    assertThat(array.value(1, 2)).isEqualTo(255);
  }

  @Test
  void labelsAreRead() {
    IdxArray array = read(ToySet.idx(0x801, new byte[] {7, 9}, 2), IdxArray.LABELS);

    assertThat(array.count()).isEqualTo(2);
    assertThat(array.value(1, 0)).isEqualTo(9);
  }

  @Test
  void compressedFilesAreRecognizedByTheirContents() {
    assertThat(read(ToySet.gzip(IMAGES), IdxArray.IMAGES).value(1, 1)).isEqualTo(200);
  }

  @Test
  void labelsInPlaceOfImagesAreNamed() {
    assertThat(refusal(ToySet.idx(0x801, PIXELS, 6), IdxArray.IMAGES))
        .hasMessage(
            "a/file is no idx file of images: expected magic number 0x00000803, found 0x00000801"
                + " (that of labels)");
  }

  @Test
  void imagesInPlaceOfLabelsAreNamed() {
    assertThat(refusal(IMAGES, IdxArray.LABELS))
        .hasMessage(
            "a/file is no idx file of labels: expected magic number 0x00000801, found 0x00000803"
                + " (that of images)");
  }

  @Test
  void anotherElementTypeIsRefused() {
    assertThat(refusal(ToySet.idx(0xd03, PIXELS, 2, 1, 3), IdxArray.IMAGES))
        .hasMessage(
            "a/file is no idx file of images: expected magic number 0x00000803, found 0x00000d03");
  }

  @Test
  void anEmptyFileIsRefused() {
    assertThat(refusal(new byte[0], IdxArray.IMAGES))
        .hasMessage("a/file is cut off: an idx header of images has 16 bytes, the file has 0");
  }

  @Test
  void aCutHeaderIsRefused() {
    assertThat(refusal(Arrays.copyOf(IMAGES, 10), IdxArray.IMAGES))
        .hasMessage("a/file is cut off: an idx header of images has 16 bytes, the file has 10");
  }

  @Test
  void missingPixelsAreCounted() {
    assertThat(refusal(Arrays.copyOf(IMAGES, IMAGES.length - 2), IdxArray.IMAGES))
        .hasMessage("a/file is cut off: its header promises 6 bytes after it, there are 4");
  }

  @Test
  void furtherBytesAreRefused() {
    assertThat(refusal(Arrays.copyOf(IMAGES, IMAGES.length + 1), IdxArray.IMAGES))
        .hasMessage("a/file is too long: more follows the 6 bytes that its header promises");
  }

  @Test
  void anEmptyAxisIsRefused() {
    assertThat(refusal(ToySet.idx(0x803, new byte[0], 0, 28, 28), IdxArray.IMAGES))
        .hasMessage("a/file holds nothing: axis 0 of its header is 0");
  }

  @Test
  void aHeaderThatAsksForTooMuchTakesNoMemory() {
    assertThat(refusal(ToySet.idx(0x803, PIXELS, 4096, -1, 28), IdxArray.IMAGES))
        .hasMessage(
            "a/file is too large: axes 0 to 1 of its header ask for 17592186040320 elements,"
                + " 67108864 are allowed");
  }

  @Test
  void damagedCompressionIsNamed() {
    byte[] packed = ToySet.gzip(ToySet.images(new SplittableRandom(1), 20, 28, 28));
    packed[packed.length - 6] ^= 0x55;

    assertThat(refusal(packed, IdxArray.IMAGES))
        .hasMessageMatching("a/file is damaged: its gzip data is broken \\(.+\\); get it anew");
  }

  @Test
  void compressionThatEndsEarlyIsNamed() {
    byte[] packed = ToySet.gzip(IMAGES);

    assertThat(refusal(Arrays.copyOf(packed, packed.length - 9), IdxArray.IMAGES))
        .hasMessage("a/file is cut off: its gzip data ends too early; get it anew");
  }

  @Test
  void aLabelThatIsNoClassIsNamed() {
    IdxArray labels = read(ToySet.idx(0x801, new byte[] {0, 9, 10}, 3), IdxArray.LABELS);

    assertThatThrownBy(() -> labels.labelsBelow(10))
        .hasMessage("a/file has label 10 at index 2 (allowed: 0 to 9)");
  }

  @Test
  void labelsMustBeAsManyAsImages() {
    IdxArray labels = read(ToySet.idx(0x801, new byte[3], 3), IdxArray.LABELS);

    assertThatThrownBy(() -> read(IMAGES, IdxArray.IMAGES).labelledBy(labels))
        .hasMessage("a/file has 3 labels, but a/file has 2 images");
  }

  @Test
  void aFileThatIsNotThereIsAFailureOfReading(@TempDir Path folder) {
    EspalierException failure =
        catchThrowableOfType(
            EspalierException.class, () -> IdxArray.read(folder.resolve("no"), IdxArray.IMAGES));

    assertThat(failure.code()).isEqualTo(FailureCode.IO);
    assertThat(failure).hasMessageContaining(folder.resolve("no").toString());
  }

  @Test
  void everyBeginningOfAFileIsRefused() {
    for (byte[] whole : new byte[][] {IMAGES, ToySet.gzip(IMAGES)}) {
      for (int length = 0; length < whole.length; length++) {
        assertThat(refusal(Arrays.copyOf(whole, length), IdxArray.IMAGES))
            .hasMessageStartingWith("a/file ");
      }
    }
  }

  @Property(tries = 200)
  void whateverBytesComeTheOnlyFailureIsOfTheData(
      @ForAll @LongRange(min = 0) long seed, @ForAll @IntRange(max = 60) int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    System.arraycopy(IMAGES, 0, bytes, 0, Math.min(length, 4));
    try {
      read(bytes, IdxArray.IMAGES);
    } catch (EspalierException e) {
      assertThat(e.code()).isEqualTo(FailureCode.DATA);
    }
  }
}
