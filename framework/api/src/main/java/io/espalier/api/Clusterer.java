package io.espalier.api;

import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Decides which values the weights of a tensor share. */
public interface Clusterer extends Extension {
  /**
   * Finds the shared values of a layer's weights and gives each weight one of them.
   *
   * @throws EspalierException if the weights cannot be clustered as asked, such as into more values
   *     than there are weights
   */
  Codebook cluster(Request request);

  /**
   * What a clusterer is asked.
   *
   * @param layer whose weight is clustered
   * @param weights the layer's weight tensor; for reading only
   * @param mask the weight's mask, if it is pruned
   * @param parameters of the clusterer
   * @param seed for whatever is drawn at random
   */
  record Request(
      Layer layer, INDArray weights, Optional<Mask> mask, Parameters parameters, long seed) {}
}
