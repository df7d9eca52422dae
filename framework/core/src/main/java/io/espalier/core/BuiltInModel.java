package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;

/**
 * A network that Espalier can make itself.
 *
 * @param name such as {@code resnet-18}
 * @param summary one line: what it is and whose
 * @param parameters those of {@link TrainableParameters#count} with the default options
 * @param defaults classes and image size of the paper
 * @param architecture makes it
 */
public record BuiltInModel(
    String name,
    String summary,
    long parameters,
    BuildOptions defaults,
    Architecture architecture) {

  /** Makes an untrained network; the same seed gives the same bytes. */
  @FunctionalInterface
  public interface Architecture {
    /**
     * @throws EspalierException ({@link FailureCode#USAGE}) if the image is too small or the
     *     network too large
     */
    Model build(long seed, BuildOptions options);
  }

  /** The network untrained: weights from the seed, biases zero, normalisations the identity. */
  public Model build(long seed, BuildOptions options) {
    return architecture.build(seed, options);
  }
}
