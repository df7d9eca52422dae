package io.espalier.plugins.sparsegpt;

import io.espalier.api.Description;
import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Parameter;
import io.espalier.api.Parameters;
import io.espalier.api.Plan;
import io.espalier.api.PruneRequest;
import io.espalier.api.PruneRequest.Target;
import io.espalier.api.Pruner;
import io.espalier.api.Statistic;
import io.espalier.api.Structure;
import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.pf4j.Extension;

/**
 * Cuts weights at once and changes those that stay so that the layer's outputs on the calibration
 * samples change least: Optimal Brain Surgeon, column by column. Works on Gemm, MatMul and
 * convolutions of images; time grows with the cube of a layer's columns.
 *
 * <p>E. Frantar, D. Alistarh: SparseGPT, ICML 2023, algorithm 1; B. Hassibi, D. Stork: Second order
 * derivatives for network pruning: Optimal Brain Surgeon, NeurIPS 1992.
 */
@Extension
public final class SparseGptPruner implements Pruner {
  private static final Parameter<Integer> BLOCK =
      Parameter.integer("blocksize", "columns whose cuts are chosen together")
          .or(128)
          .atLeast(1)
          .in("columns");
  private static final Parameter<Double> DAMPENING =
      Parameter.number("percdamp", "share of the mean diagonal that is added to the second moments")
          .or(0.01)
          .atLeast(1e-6);

  @Override
  public Description description() {
    return Description.of(
        "sparsegpt",
        "Cuts at once, and lets the weights that stay make up for those that go.",
        BLOCK,
        DAMPENING);
  }

  @Override
  public Set<Statistic> needs(Parameters parameters) {
    return Set.of(Statistic.INPUT_GRAM);
  }

  @Override
  public Plan plan(PruneRequest request) {
    List<Edit> edits = new ArrayList<>();
    for (Target target : request.targets()) {
      if (target.structure() instanceof Structure.Blocks) {
        throw new EspalierException(
            FailureCode.USAGE, "sparsegpt prunes single weights and patterns, not blocks");
      }
      edits.addAll(prune(request, target));
    }
    return new Plan(description().id(), edits);
  }

  private static List<Edit> prune(PruneRequest request, Target target) {
    Layer layer = target.layer();
    Tensor weights = request.model().tensor(layer.weight());
    Tensor gram = request.statistics().of(Statistic.INPUT_GRAM, layer);
    WeightMatrix matrix = WeightMatrix.of(layer, weights, target.structure());
    int groups = (int) gram.shape().dim(0);
    int rows = matrix.rows() / groups;
    Reconstruction.Settings settings =
        new Reconstruction.Settings(
            request.parameters().get(BLOCK), request.parameters().get(DAMPENING));
    int dropped = dropped(request, target, weights.toFloatArray());
    for (int group = 0; group < groups; group++) {
      int before = (int) ((long) dropped * group / groups);
      int after = (int) ((long) dropped * (group + 1) / groups);
      Reconstruction part =
          new Reconstruction(matrix, group * rows, rows, matrix.moments(gram, group), settings);
      if (target.structure() instanceof Structure.Pattern pattern) {
        part.cutPattern(pattern, layer.inputs());
      } else {
        part.cut(after - before);
      }
    }
    Mask mask = matrix.mask();
    return List.of(new Edit.ReplaceWeights(matrix.tensor()), new Edit.MaskWeights(mask));
  }

  /** As many weights as the framework's rounding rule cuts. */
  private static int dropped(PruneRequest request, Target target, float[] any) {
    Mask counted = request.selector().keepHighest(target.layer(), any, target.sparsity());
    return counted.size() - counted.kept();
  }
}
