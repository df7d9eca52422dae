package io.espalier.runtime.fake;

import io.espalier.api.Dataset;
import io.espalier.api.DatasetSource;
import io.espalier.api.Description;
import io.espalier.api.Shape;

/** Ten samples of eight numbers, in three classes. */
public final class FakeDatasetSource implements DatasetSource {
  public static final String ID = "fake-data";

  private final String fingerprint;
  private final Runnable onOpen;

  public FakeDatasetSource() {
    this("f00d", () -> {});
  }

  /**
   * @param fingerprint of the data set
   * @param onOpen called when the data set is opened
   */
  public FakeDatasetSource(String fingerprint, Runnable onOpen) {
    this.fingerprint = fingerprint;
    this.onOpen = onOpen;
  }

  @Override
  public Description description() {
    return Description.of(ID, "Ten samples.");
  }

  @Override
  public Dataset open(Request request) {
    onOpen.run();
    return new TenSamples(fingerprint);
  }

  private record TenSamples(String fingerprint) implements Dataset {
    @Override
    public String name() {
      return "ten-samples";
    }

    @Override
    public int classes() {
      return FakeModels.CLASSES;
    }

    @Override
    public Shape sample() {
      return Shape.of(FakeModels.FEATURES);
    }

    @Override
    public Split train() {
      return new Samples();
    }

    @Override
    public Split test() {
      return new Samples();
    }
  }

  private static final class Samples implements Dataset.Split {
    @Override
    public int size() {
      return 10;
    }

    @Override
    public void read(int index, float[] into, int offset) {
      for (int i = 0; i < FakeModels.FEATURES; i++) {
        into[offset + i] = (index * 31 + i * 17) % 11 / 11f;
      }
    }

    @Override
    public int label(int index) {
      return index % FakeModels.CLASSES;
    }
  }
}
