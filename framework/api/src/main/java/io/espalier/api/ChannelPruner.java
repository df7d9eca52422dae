package io.espalier.api;

import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Scores channels. Which of them go, and from which tensors, is the framework's: it combines the
 * scores of a group's layers, allots what is to go, plans and cuts. This is the ten-line way to a
 * new criterion of structured pruning.
 */
public interface ChannelPruner extends Extension {
  /**
   * Scores the channels of a group as one of the layers that make them sees it.
   *
   * @return as many finite scores as the group has channels, in order; higher is more worth keeping
   * @throws EspalierException if the criterion does not fit the layer
   */
  INDArray scores(ChannelRequest request);

  /** What the framework is to measure for this pruner before it plans. */
  default Set<Statistic> needs(Parameters parameters) {
    return Set.of();
  }
}
