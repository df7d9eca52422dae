package io.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.Dataset;
import io.espalier.api.DatasetSource;
import io.espalier.api.EspalierException;
import io.espalier.api.Extension;
import io.espalier.api.FailureCode;
import io.espalier.api.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every source of data keeps: sound samples and labels, the same fingerprint every time, and a
 * clear failure where the data is not to be had.
 */
public abstract class DatasetSourceContract extends ExtensionContract {
  private static final float UNTOUCHED = -12345;

  /** The source under test, a new one in every call. */
  protected abstract DatasetSource source();

  /**
   * A request that can be met without a network, from files that the call lays out.
   *
   * @param empty a folder to lay them in
   */
  protected abstract DatasetSource.Request present(Path empty) throws IOException;

  /**
   * A request that cannot be met.
   *
   * @param empty a folder without the data
   */
  protected DatasetSource.Request absent(Path empty) throws IOException {
    return new DatasetSource.Request(
        parameters(), Optional.of(empty), empty.resolve("cache"), false, Progress.NONE);
  }

  @Override
  final Extension extension() {
    return source();
  }

  @Test
  void opensSoundSamplesAndLabels(@TempDir Path folder) throws IOException {
    Dataset dataset = source().open(present(folder));

    assertThat(dataset.name()).isNotBlank();
    assertThat(dataset.classes()).isPositive();
    if (!dataset.classNames().isEmpty()) {
      assertThat(dataset.classNames())
          .as("names of the classes")
          .hasSize(dataset.classes())
          .doesNotHaveDuplicates()
          .doesNotContain("", " ");
    }
    assertSound(dataset, dataset.train());
    assertSound(dataset, dataset.test());
  }

  private static void assertSound(Dataset dataset, Dataset.Split split) {
    int size = (int) dataset.sample().size();
    float[] sample = new float[size + 2];
    assertThat(split.size()).isPositive();
    for (int i = 0; i < split.size(); i++) {
      Arrays.fill(sample, UNTOUCHED);
      split.read(i, sample, 1);
      assertThat(split.label(i)).as("label %d", i).isBetween(0, dataset.classes() - 1);
      assertThat(sample[0]).as("before sample %d", i).isEqualTo(UNTOUCHED);
      assertThat(sample[size + 1]).as("after sample %d", i).isEqualTo(UNTOUCHED);
      for (int j = 1; j <= size; j++) {
        if (!Float.isFinite(sample[j]) || sample[j] == UNTOUCHED) {
          assertThat(sample[j])
              .as("element %d of sample %d", j - 1, i)
              .isFinite()
              .isNotEqualTo(UNTOUCHED);
        }
      }
    }
  }

  @Test
  void hasTheSameFingerprintAgain(@TempDir Path folder) throws IOException {
    DatasetSource.Request request = present(folder);

    assertThat(source().open(request).fingerprint())
        .isNotBlank()
        .isEqualTo(source().open(request).fingerprint());
  }

  @Test
  void saysWhereItLookedForDataThatIsNotThere(@TempDir Path empty) throws IOException {
    DatasetSource.Request request = absent(empty);

    assertThatThrownBy(() -> source().open(request))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.NOT_FOUND))
        .hasMessageContaining(empty.toString());
  }
}
