package io.espalier.plugins.idxdata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.Dataset;
import io.espalier.api.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxDatasetTest {
  private static final ToySet TOY = ToySet.of("toy", 1);

  private final Path folder;

  IdxDatasetTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Dataset open() throws IOException {
    return TOY.reader().open(TOY.into(folder));
  }

  @Test
  void itsFactsAreThoseOfTheFiles() throws IOException {
    Dataset toy = open();

    assertThat(toy.name()).isEqualTo("toy");
    assertThat(toy.classes()).isEqualTo(10);
    assertThat(toy.sample()).isEqualTo(Shape.of(1, 28, 28));
    assertThat(toy.train().size()).isEqualTo(ToySet.TRAIN);
    assertThat(toy.test().size()).isEqualTo(ToySet.TEST);
  }

  @Test
  void pixelsAreScaledToOneAndWrittenWhereAsked() throws IOException {
    int image = ToySet.SIDE * ToySet.SIDE;
    float[] into = new float[image + 5];
    open().test().read(7, into, 3);

    byte[] file = TOY.bytes(IdxFile.TEST_IMAGES);
    for (int i = 0; i < image; i++) {
      assertThat(into[3 + i]).isEqualTo((file[16 + 7 * image + i] & 0xff) / 255f);
    }
    assertThat(into[2]).isZero();
    assertThat(into[3 + image]).isZero();
  }

  @Test
  void labelsAreThoseOfTheFile() throws IOException {
    assertThat(open().train().label(599)).isEqualTo(TOY.bytes(IdxFile.TRAIN_LABELS)[8 + 599]);
  }

  @Test
  void aSampleThatIsNotThereIsRefused() throws IOException {
    Dataset.Split test = open().test();

    assertThatThrownBy(() -> test.read(ToySet.TEST, new float[784], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> test.label(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void theFingerprintIsThatOfTheDecompressedFilesInOrder() throws IOException {
    assertThat(open().fingerprint()).isEqualTo(TOY.fingerprint());
  }

  @Test
  void imagesOfTwoSizesAreRefused() throws IOException {
    TOY.into(folder);
    Files.write(
        folder.resolve(IdxFile.TEST_IMAGES.compressed()),
        ToySet.images(new SplittableRandom(1), ToySet.TEST, 14, 14));

    assertThatThrownBy(() -> TOY.reader().open(folder))
        .hasMessage(
            "%s has images of 1x28x28, but %s of 1x14x14"
                .formatted(
                    folder.resolve("train-images-idx3-ubyte.gz"),
                    folder.resolve("t10k-images-idx3-ubyte.gz")));
  }
}
