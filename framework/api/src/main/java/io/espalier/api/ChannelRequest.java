package io.espalier.api;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a channel pruner is asked: to score the channels of a group by one of its layers.
 *
 * @param model the model as it is now
 * @param group whose channels
 * @param layer a layer that makes them
 * @param slice what the group has of the layer's weight
 * @param parameters of the pruner
 * @param statistics what the pruner needs, see {@link ChannelPruner#needs}
 * @param seed for whatever is drawn at random; another one for each layer
 */
public record ChannelRequest(
    Model model,
    ChannelGroup group,
    Layer layer,
    ChannelSlice slice,
    Parameters parameters,
    Statistics statistics,
    long seed) {
  /** The layer's weights: a row for each channel. */
  public INDArray weights() {
    return rows(model.tensor(layer.weight()), slice.axis());
  }

  /**
   * A statistic of the layer: a row for each channel, of the numbers of its outputs or of its
   * weights.
   *
   * @throws EspalierException ({@link FailureCode#PLUGIN}) if it was not measured
   */
  public INDArray of(Statistic kind) {
    Tensor values = statistics.of(kind, layer);
    return rows(values, values.shape().equals(layer.shape()) ? slice.axis() : 0);
  }

  /** A tensor of one number for each output of the layer: a row for each channel. */
  public INDArray outputs(Tensor values) {
    return rows(values, 0);
  }

  private INDArray rows(Tensor tensor, int axis) {
    FloatBuffer values = tensor.floats();
    int behind = 1;
    for (int a = axis + 1; a < tensor.shape().rank(); a++) {
      behind *= (int) tensor.shape().dim(a);
    }
    int block = behind * (int) tensor.shape().dim(axis);
    int blocks = tensor.size() / block;
    int columns = blocks * slice.perChannel() * behind;
    float[] rows = new float[group.channels() * columns];
    int next = 0;
    for (int channel = 0; channel < group.channels(); channel++) {
      for (int b = 0; b < blocks; b++) {
        for (int i = 0; i < slice.perChannel(); i++) {
          values.get(b * block + slice.index(channel, i) * behind, rows, next, behind);
          next += behind;
        }
      }
    }
    return Nd4j.createFromArray(rows).reshape(group.channels(), columns);
  }
}
