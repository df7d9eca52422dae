package io.espalier.api;

import java.util.Optional;
import java.util.OptionalInt;
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
   * Refuses, before a run begins, what cannot be done whatever the weights come to be.
   *
   * @param layer as in a {@link Request}, of the shape that it has when the run begins; it may have
   *     lost channels by the time it is clustered, but has not grown
   * @param clusters as in a {@link Request}
   * @throws EspalierException as {@link #cluster}
   */
  default void requireFits(Layer layer, OptionalInt clusters, Parameters parameters) {}

  /**
   * What a clusterer is asked.
   *
   * @param layer whose weight is clustered; of layers that share values, one that stands for all of
   *     them, with their weights in a row
   * @param weights the layer's weight tensor; for reading only
   * @param mask the weight's mask, if it is pruned
   * @param importance what the squared error of each weight is multiplied by, 0 or more, of the
   *     shape of the weights; empty if all count alike
   * @param clusters the most values that the weights may have, zero included, in place of what the
   *     clusterer's own parameters say
   * @param parameters of the clusterer
   * @param seed for whatever is drawn at random
   */
  record Request(
      Layer layer,
      INDArray weights,
      Optional<Mask> mask,
      Optional<INDArray> importance,
      OptionalInt clusters,
      Parameters parameters,
      long seed) {
    /** A request whose weights count alike, into as many values as the parameters say. */
    public Request(
        Layer layer, INDArray weights, Optional<Mask> mask, Parameters parameters, long seed) {
      this(layer, weights, mask, Optional.empty(), OptionalInt.empty(), parameters, seed);
    }
  }
}
