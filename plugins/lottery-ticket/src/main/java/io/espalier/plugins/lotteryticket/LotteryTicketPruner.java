package io.espalier.plugins.lotteryticket;

import io.espalier.api.DataType;
import io.espalier.api.Description;
import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.api.PruneRequest;
import io.espalier.api.Pruner;
import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.pf4j.Extension;

/**
 * Cuts the weights of least magnitude and gives all that is left, biases and normalisation
 * included, the values of an earlier state: those before the first step, or those of an early stage
 * that {@code rewindTo} names. Trained again, and again in rounds, it looks for a small network
 * that trains as well as the large one.
 *
 * <p>J. Frankle, M. Carbin: The Lottery Ticket Hypothesis, ICLR 2019; rewinding to an early step:
 * J. Frankle et al.: Linear Mode Connectivity and the Lottery Ticket Hypothesis, ICML 2020.
 */
@Extension
public final class LotteryTicketPruner implements Pruner {
  @Override
  public Description description() {
    return Description.of(
        "lottery-ticket", "Keeps the greatest magnitudes and rewinds them to an earlier state.");
  }

  @Override
  public Plan plan(PruneRequest request) {
    Model origin =
        request
            .origin()
            .orElseThrow(
                () ->
                    new EspalierException(
                        FailureCode.USAGE, "there is no earlier state of the model to rewind to"));
    List<Mask> masks =
        request.selector().select(request.targets(), layer -> magnitudes(request.model(), layer));
    List<Edit> edits = new ArrayList<>();
    for (Tensor now : request.model().tensors().values()) {
      Tensor then = origin.tensors().get(now.name());
      boolean bound = request.model().codebooks().containsKey(now.name());
      if (then != null && now.type() == DataType.FLOAT && !bound && !then.equals(now)) {
        requireSameShape(now, then);
        edits.add(new Edit.ReplaceWeights(then));
      }
    }
    masks.forEach(mask -> edits.add(new Edit.MaskWeights(mask)));
    return new Plan(description().id(), edits);
  }

  private static float[] magnitudes(Model model, Layer layer) {
    float[] scores = model.tensor(layer.weight()).toFloatArray();
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Math.abs(scores[i]);
    }
    return scores;
  }

  private static void requireSameShape(Tensor now, Tensor then) {
    if (!now.shape().equals(then.shape())) {
      throw new EspalierException(
          FailureCode.USAGE,
          "tensor '%s' is %s and was %s: a model that lost channels cannot be rewound"
              .formatted(now.name(), now.shape(), then.shape()));
    }
  }
}
