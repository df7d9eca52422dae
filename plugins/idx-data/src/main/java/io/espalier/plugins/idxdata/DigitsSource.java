package io.espalier.plugins.idxdata;

import io.espalier.api.Dataset;
import io.espalier.api.DatasetSource;
import io.espalier.api.Description;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Parameter;
import java.io.IOException;
import java.io.InputStream;
import org.pf4j.Extension;

/**
 * The 1,797 handwritten digits of 8x8 that are shipped with the plugin, scaled to 1x28x28 so that a
 * model for MNIST takes them. Pixels count from 0 to 16 and become 0 to 1. Every fifth sample, from
 * the fifth on, is for testing (359), the others are for training (1,438).
 *
 * <p>Source: E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine
 * Learning Repository, 1998, doi:10.24432/C50P49, CC BY 4.0.
 */
@Extension
public final class DigitsSource implements DatasetSource {
  /** Rows and columns of a sample. */
  static final Parameter<Integer> SIZE =
      Parameter.integer("size", "rows and columns that the 8x8 images are scaled to")
          .or(28)
          .atLeast(8)
          .atMost(64)
          .in("pixels");

  /** Planes of a sample. */
  static final Parameter<Integer> CHANNELS =
      Parameter.integer(
              "channels", "channels of a sample, all alike: 3 for models that take colours")
          .or(1)
          .atLeast(1)
          .atMost(4);

  private static final String NAME = "digits";

  @Override
  public Description description() {
    return Description.of(
        NAME,
        "1,797 handwritten digits, scaled from 8x8 grey, 10 classes (shipped, nothing to fetch)",
        SIZE,
        CHANNELS);
  }

  /** Opens the shipped files; folder, cache and network are left alone. */
  @Override
  public Dataset open(Request request) {
    request
        .dataDir()
        .ifPresent(
            folder ->
                request
                    .progress()
                    .note("digits is shipped with Espalier; " + folder + " is not looked into"));
    return new DigitsDataset(
        NAME,
        resource("digits-images-idx3-ubyte.gz", IdxArray.IMAGES),
        resource("digits-labels-idx1-ubyte.gz", IdxArray.LABELS),
        request.parameters().get(CHANNELS),
        request.parameters().get(SIZE));
  }

  private static IdxArray resource(String name, int axes) {
    try (InputStream in = DigitsSource.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new EspalierException(FailureCode.INTERNAL, "the plugin's jar lacks " + name);
      }
      return IdxArray.read(name + " of the plugin's jar", in, axes);
    } catch (IOException e) {
      throw new EspalierException(
          FailureCode.IO, "cannot read " + name + " of the plugin's jar: " + e, e);
    }
  }
}
