package io.espalier.plugins.sparsegpt;

import io.espalier.api.Description;
import io.espalier.api.Edit;
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
 * <p>How sparsity is shared among layers, which blocks go, and which weights of a pattern that is
 * not complete yet, is for the framework to select, by the diagonal of the second moments as in
 * Optimal Brain Damage. Single weights and complete patterns of a layer that had no mask are chosen
 * column by column, as the paper does.
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
    List<Target> targets = request.targets();
    List<Mask> masks = request.selector().select(targets, layer -> savings(request, layer));
    List<Edit> edits = new ArrayList<>();
    for (int i = 0; i < masks.size(); i++) {
      edits.addAll(prune(request, targets.get(i), masks.get(i)));
    }
    return new Plan(description().id(), edits);
  }

  /** What each weight costs by the diagonal of the second moments alone: {@code w^2 H_jj}. */
  private static float[] savings(PruneRequest request, Layer layer) {
    Tensor weights = request.model().tensor(layer.weight());
    Tensor gram = request.statistics().of(Statistic.INPUT_GRAM, layer);
    return WeightMatrix.of(layer, weights, Structure.ELEMENTS).diagonalCosts(gram);
  }

  private static List<Edit> prune(PruneRequest request, Target target, Mask chosen) {
    Layer layer = target.layer();
    Tensor weights = request.model().tensor(layer.weight());
    Tensor gram = request.statistics().of(Statistic.INPUT_GRAM, layer);
    WeightMatrix matrix = WeightMatrix.of(layer, weights, target.structure());
    int groups = (int) gram.shape().dim(0);
    int rows = matrix.rows() / groups;
    Reconstruction.Settings settings =
        new Reconstruction.Settings(
            request.parameters().get(BLOCK), request.parameters().get(DAMPENING));
    boolean fresh = !request.model().masks().containsKey(layer.weight());
    int dropped = chosen.size() - chosen.kept();
    for (int group = 0; group < groups; group++) {
      int before = (int) ((long) dropped * group / groups);
      int after = (int) ((long) dropped * (group + 1) / groups);
      Reconstruction part =
          new Reconstruction(matrix, group * rows, rows, matrix.moments(gram, group), settings);
      if (fresh && target.structure() instanceof Structure.Elements) {
        part.cut(after - before);
      } else if (fresh && isWhole(target)) {
        part.cutPattern((Structure.Pattern) target.structure(), layer.inputs());
      } else {
        part.cut(chosen);
      }
    }
    return List.of(new Edit.ReplaceWeights(matrix.tensor()), new Edit.MaskWeights(matrix.mask()));
  }

  /** Whether a pattern is asked for, and all of it. */
  private static boolean isWhole(Target target) {
    return target.structure() instanceof Structure.Pattern pattern
        && target.sparsity() * pattern.of() >= pattern.zeros();
  }
}
