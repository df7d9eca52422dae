package io.espalier.plugins.idxdata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.Dataset;
import io.espalier.api.DatasetSource;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import io.espalier.api.Progress;
import io.espalier.api.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class DigitsSourceTest {
  private static final DigitsSource SOURCE = new DigitsSource();

  private static Dataset open(Map<String, ?> given) {
    return SOURCE.open(request(given, Optional.empty(), Progress.NONE));
  }

  private static DatasetSource.Request request(
      Map<String, ?> given, Optional<Path> dataDir, Progress progress) {
    return new DatasetSource.Request(
        Parameters.of(SOURCE.description(), given), dataDir, Path.of("unused"), false, progress);
  }

  private static int[] classes(Dataset.Split... splits) {
    int[] counts = new int[10];
    for (Dataset.Split split : splits) {
      for (int i = 0; i < split.size(); i++) {
        counts[split.label(i)]++;
      }
    }
    return counts;
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in =
        new GZIPInputStream(Objects.requireNonNull(DigitsSource.class.getResourceAsStream(name)))) {
      return in.readAllBytes();
    }
  }

  @Test
  void thereAre1797SamplesInTwoParts() {
    Dataset digits = open(Map.of());

    assertThat(digits.name()).isEqualTo("digits");
    assertThat(digits.classes()).isEqualTo(10);
    assertThat(digits.classNames()).startsWith("0", "1").hasSize(10);
    assertThat(digits.sample()).isEqualTo(Shape.of(1, 28, 28));
    assertThat(digits.train().size()).isEqualTo(1438);
    assertThat(digits.test().size()).isEqualTo(359);
  }

  @Test
  void theClassesAreThoseOfTheOriginal() {
    Dataset digits = open(Map.of());

    assertThat(classes(digits.train(), digits.test()))
        .containsExactly(178, 182, 177, 183, 181, 182, 181, 179, 174, 180);
  }

  @Test
  void bothPartsHaveEveryClass() {
    Dataset digits = open(Map.of());

    assertThat(classes(digits.train()))
        .containsExactly(151, 161, 143, 131, 147, 154, 150, 136, 127, 138);
    assertThat(classes(digits.test())).containsExactly(27, 21, 34, 52, 34, 28, 31, 43, 47, 42);
  }

  @Test
  void theShippedFilesAreTheOriginals() throws IOException {
    assertThat(ToySet.sha256(resource("digits-images-idx3-ubyte.gz")))
        .isEqualTo("359cd13f0f514122884198b78a131df597421cbf5e93a76678fa96fc548f0d96");
    assertThat(ToySet.sha256(resource("digits-labels-idx1-ubyte.gz")))
        .isEqualTo("ce71631c1f31ce56fa54f31d1d498fafacff59b001e6c30c4a5e29508aa277ad");
  }

  @Test
  void theAttributionIsShippedBesideThem() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(DigitsSource.class.getResourceAsStream("digits.NOTICE.txt"))) {
      assertThat(new String(in.readAllBytes()))
          .contains("E. Alpaydin and C. Kaynak", "CC BY 4.0", "10.24432/C50P49");
    }
  }

  @Test
  void atTheirOwnSizeTheyAreTheCountsOverSixteen() {
    Dataset digits = open(Map.of("size", 8));
    float[] first = new float[64];
    digits.train().read(0, first, 0);

    assertThat(digits.train().label(0)).isZero();
    assertThat(first[2]).isEqualTo(5 / 16f);
    assertThat(first[3]).isEqualTo(13 / 16f);
    assertThat(first[63]).isZero();
  }

  @Test
  void scaledUpTheyKeepTheirInk() {
    Dataset small = open(Map.of("size", 8));
    Dataset large = open(Map.of());
    for (int i = 0; i < large.test().size(); i++) {
      float[] original = new float[64];
      float[] scaled = new float[784];
      small.test().read(i, original, 0);
      large.test().read(i, scaled, 0);
      assertThat(mean(scaled)).isCloseTo(mean(original), within(0.05));
      for (float value : scaled) {
        assertThat(value >= 0 && value <= 1).isTrue();
      }
    }
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  @Test
  void scalingIsBilinearBetweenPixelCentres() {
    float[] scaled = new float[17];

    new Bilinear(2, 4).scale(new float[] {0, 1, 1, 0}, scaled, 1);

    assertThat(scaled)
        .containsExactly(
            0, 0, 0.25f, 0.75f, 1, 0.25f, 0.375f, 0.625f, 0.75f, 0.75f, 0.625f, 0.375f, 0.25f, 1,
            0.75f, 0.25f, 0);
  }

  @Test
  void aSampleThatIsNotThereIsRefused() {
    Dataset.Split train = open(Map.of()).train();

    assertThatThrownBy(() -> train.read(1438, new float[784], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> train.label(1438)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void channelsAreAllAlike() {
    Dataset grey = open(Map.of("size", 8));
    Dataset colours = open(Map.of("size", 8, "channels", 3));
    float[] plane = new float[64];
    float[] planes = new float[193];
    grey.test().read(7, plane, 0);
    colours.test().read(7, planes, 1);

    assertThat(colours.sample()).isEqualTo(Shape.of(3, 8, 8));
    assertThat(planes[0]).isZero();
    for (int i = 0; i < 192; i++) {
      assertThat(planes[i + 1]).isEqualTo(plane[i % 64]);
    }
    assertThat(colours.fingerprint()).isNotEqualTo(grey.fingerprint());
  }

  @Test
  void theFingerprintTellsSizesApart() {
    assertThat(open(Map.of()).fingerprint())
        .isEqualTo(open(Map.of("size", 28)).fingerprint())
        .isNotEqualTo(open(Map.of("size", 14)).fingerprint())
        .matches("[0-9a-f]{64}");
  }

  @Test
  void aSizeOutOfRangeIsRefused() {
    assertThatThrownBy(() -> open(Map.of("size", 7)))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("8 to 64");
  }

  @Test
  void aFolderGivenIsNotLookedInto() {
    Heard heard = new Heard();
    SOURCE.open(request(Map.of(), Optional.of(Path.of("data")), heard));

    assertThat(heard.notes)
        .containsExactly("digits is shipped with Espalier; data is not looked into");
  }
}
