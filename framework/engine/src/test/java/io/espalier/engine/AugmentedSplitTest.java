package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.Model;
import io.espalier.api.ParameterException;
import io.espalier.api.Shape;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AugmentedSplitTest {
  private static final Shape IMAGE = Shape.of(2, 5, 4);
  private static final int SIZE = 40;
  private static final int COUNT = 600;
  private static final int SHIFT = 2;
  private static final ArrayData DATA = images();

  /** Images without a zero in them, and no two pixels the same. */
  private static ArrayData images() {
    float[] samples = new float[COUNT * SIZE];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = i + 1;
    }
    return new ArrayData(IMAGE, 3, samples, new int[COUNT]);
  }

  private static float[] read(AugmentedSplit split, int index) {
    float[] into = new float[SIZE + 4];
    into[1] = -7;
    into[SIZE + 2] = -7;
    split.read(index, into, 2);
    assertThat(into[1]).isEqualTo(-7);
    assertThat(into[SIZE + 2]).isEqualTo(-7);
    float[] image = new float[SIZE];
    System.arraycopy(into, 2, image, 0, SIZE);
    return image;
  }

  /** A pixel of the image that is flipped first and then moved; zero where nothing was. */
  private static float expected(int index, int pixel, boolean flipped, int down, int right) {
    int plane = pixel / 20;
    int y = pixel % 20 / 4 - down;
    int x = pixel % 4 - right;
    if (y < 0 || y >= 5 || x < 0 || x >= 4) {
      return 0;
    }
    return DATA.samples()[index * SIZE + plane * 20 + y * 4 + (flipped ? 3 - x : x)];
  }

  /** Which variation an image is, in words. */
  private static String variation(int index, float[] image, int most) {
    for (int down = -most; down <= most; down++) {
      for (int right = -most; right <= most; right++) {
        for (boolean flipped : new boolean[] {false, true}) {
          int same = 0;
          while (same < SIZE && image[same] == expected(index, same, flipped, down, right)) {
            same++;
          }
          if (same == SIZE) {
            return "%d %d %s".formatted(down, right, flipped);
          }
        }
      }
    }
    throw new AssertionError("image " + index + " is no variation of the sample");
  }

  private static AugmentedSplit split(int shift, boolean flip, long seed) {
    return new AugmentedSplit(DATA, IMAGE, new Augmentation(shift, flip), seed);
  }

  @Test
  void everyShiftAndFlipComesUpAndNothingElse() {
    AugmentedSplit split = split(SHIFT, true, 1);
    split.varyFor(0);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < COUNT; i++) {
      seen.add(variation(i, read(split, i), SHIFT));
    }
    assertThat(seen).hasSize(50);
  }

  @Test
  void flipsAboutHalfOfTheImages() {
    AugmentedSplit split = split(0, true, 1);
    split.varyFor(3);
    int flipped = 0;
    for (int i = 0; i < COUNT; i++) {
      flipped += variation(i, read(split, i), 0).endsWith("true") ? 1 : 0;
    }
    assertThat(flipped).isBetween(240, 360);
  }

  @Test
  void followsFromSeedEpochAndSample() {
    AugmentedSplit split = split(SHIFT, true, 1);
    AugmentedSplit again = split(SHIFT, true, 1);
    AugmentedSplit other = split(SHIFT, true, 2);
    split.varyFor(4);
    again.varyFor(4);
    other.varyFor(4);
    int elsewhere = 0;
    int later = 0;
    for (int i = COUNT - 1; i >= 0; i--) {
      float[] image = read(split, i);
      assertThat(read(again, i)).isEqualTo(image);
      elsewhere += variation(i, read(other, i), 2).equals(variation(i, image, 2)) ? 1 : 0;
    }
    again.varyFor(5);
    for (int i = 0; i < COUNT; i++) {
      String now = variation(i, read(split, i), SHIFT);
      later += variation(i, read(again, i), SHIFT).equals(now) ? 1 : 0;
    }
    assertThat(elsewhere).isLessThan(COUNT / 10);
    assertThat(later).isLessThan(COUNT / 10);
  }

  /** On planes that rise evenly, a window enlarged linearly is a plane that rises less. */
  @Test
  void cropsToWindowsOfAllSharesAndPlaces() {
    AugmentedSplit split = new AugmentedSplit(DATA, IMAGE, new Augmentation(0, false, 0.5), 1);
    split.varyFor(0);
    double smallest = 1;
    double largest = 0;
    double mean = 0;
    for (int i = 0; i < COUNT; i++) {
      float[] image = read(split, i);
      float[] whole = new float[SIZE];
      DATA.read(i, whole, 0);
      double share = (image[2 * 4 + 2] - image[2 * 4 + 1]) / (whole[2 * 4 + 2] - whole[2 * 4 + 1]);
      assertThat(share).isBetween(0.499, 1.001);
      for (int p = 0; p < SIZE; p++) {
        assertThat(image[p]).isBetween(whole[p / 20 * 20], whole[p / 20 * 20 + 19]);
      }
      assertThat(image[20 + 9] - image[9]).isCloseTo(20f, within(0.01f));
      smallest = Math.min(smallest, share);
      largest = Math.max(largest, share);
      mean += share / COUNT;
    }
    assertThat(smallest).isLessThan(0.52);
    assertThat(largest).isGreaterThan(0.98);
    assertThat(mean).isBetween(0.71, 0.79);
  }

  @Test
  void aCropOfTheWholeImageIsTheImage() {
    AugmentedSplit split =
        new AugmentedSplit(DATA, IMAGE, new Augmentation(0, false, Math.nextDown(1.0)), 1);
    split.varyFor(0);
    float[] whole = new float[SIZE];
    DATA.read(5, whole, 0);
    assertThat(read(split, 5)).usingComparatorWithPrecision(1e-3f).containsExactly(whole);
  }

  @Test
  void leavesSamplesAsTheyAreWhenMeasuring() {
    AugmentedSplit split = split(SHIFT, true, 1);
    split.varyFor(0);
    split.leaveAsTheyAre();
    for (int i = 0; i < COUNT; i++) {
      assertThat(variation(i, read(split, i), SHIFT)).isEqualTo("0 0 false");
    }
  }

  @Test
  void refusesWhatIsNoImageOrTooSmall() {
    assertThatThrownBy(() -> new AugmentedSplit(DATA, Shape.of(40), new Augmentation(0, true), 1))
        .isInstanceOfSatisfying(
            ParameterException.class, e -> assertThat(e.parameter()).isEqualTo("horizontalFlip"))
        .hasMessageContaining("40");
    assertThatThrownBy(
            () -> new AugmentedSplit(DATA, Shape.of(40), new Augmentation(0, false, 0.5), 1))
        .isInstanceOfSatisfying(
            ParameterException.class, e -> assertThat(e.parameter()).isEqualTo("cropScale"));
    assertThatThrownBy(() -> split(4, false, 1))
        .isInstanceOfSatisfying(
            ParameterException.class, e -> assertThat(e.parameter()).isEqualTo("shiftPixels"))
        .hasMessageContaining("allowed: 0 to 3");
  }

  @Test
  void trainsToTheSameBytesWhateverTheThreadsAndInterruptions() {
    ArrayData data = Trainings.data(200);
    Model start = Trainings.constrained(Trainings.net(1).classifier(4));
    Augmentation augmentation = new Augmentation(1, true, 0.8);
    Model whole =
        Resuming.assertExact(Trainings.ADAM.with(augmentation), start, data, 5, 12, 24, 30);
    assertThat(Trainings.train(start, data, Trainings.threads(1).with(augmentation)))
        .isEqualTo(whole);
    assertThat(Trainings.train(start, data, Trainings.ADAM)).isNotEqualTo(whole);
  }
}
