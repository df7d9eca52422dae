package io.espalier.plugins.channelscales;

import io.espalier.api.ChannelPruner;
import io.espalier.api.ChannelRequest;
import io.espalier.api.Description;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Node;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.pf4j.Extension;

/**
 * Scores a channel by the magnitude of its scale in the batch normalisation behind the layer: Z.
 * Liu et al., "Learning efficient convolutional networks through network slimming" (ICCV 2017). The
 * scales tell channels apart if the network was trained to have small ones.
 */
@Extension
public final class ScalePruner implements ChannelPruner {
  @Override
  public Description description() {
    return Description.of("bn-scale", "Keeps the channels of largest batch-normalisation scale.");
  }

  @Override
  public INDArray scores(ChannelRequest request) {
    Node norm =
        normalisation(request)
            .orElseThrow(
                () ->
                    new EspalierException(
                        FailureCode.USAGE,
                        "pruner 'bn-scale': no batch normalisation follows layer '%s'; exclude the layer or choose another pruner"
                            .formatted(request.layer().name())));
    INDArray scales = request.outputs(request.model().tensor(norm.inputs().get(1)));
    return Transforms.abs(scales).mean(1);
  }

  private static Optional<Node> normalisation(ChannelRequest request) {
    String output =
        request.model().graph().nodes().stream()
            .filter(node -> node.name().equals(request.layer().name()))
            .findFirst()
            .map(node -> node.outputs().get(0))
            .orElse("");
    return request.model().graph().nodes().stream()
        .filter(node -> node.type().equals("BatchNormalization"))
        .filter(node -> node.inputs().get(0).equals(output))
        .filter(node -> request.model().tensors().containsKey(node.inputs().get(1)))
        .findFirst();
  }
}
