package io.espalier.runtime.scenario;

import io.espalier.api.Parameter;
import io.espalier.api.Parameters;
import io.espalier.core.LayerSelection;
import java.util.ArrayList;
import java.util.List;

/** What can be set of a prune stage, whichever pruner it names. */
public final class PruneSettings {
  /** How far a stage without a schedule prunes. */
  public static final Parameter<Double> SPARSITY =
      Parameter.number(
              "sparsity",
              "share of weights that goes where no schedule says how far; layers may have their own")
          .atLeast(0)
          .below(1)
          .optional();

  /** Blocks that go as one. */
  public static final Parameter<List<Integer>> BLOCK_SIZE =
      Parameter.list(
              "blockSize",
              "height and width of blocks that stay or go as one, over the weight as a matrix of its first axis by all others",
              Parameter.integer("extent", "rows or columns").atLeast(1))
          .atLeast(2)
          .atMost(2)
          .or(List.of(1, 1));

  /** How a block is scored. */
  public static final Parameter<String> BLOCK_POOLING_TYPE =
      Parameter.choice(
              "blockPoolingType", "how the scores in a block become its own", "AVG", "MAX", "L2")
          .or("AVG");

  /** An N:M pattern. */
  public static final Parameter<List<Integer>> SPARSITY_M_BY_N =
      Parameter.list(
              "sparsityMByN",
              "how many go of how many neighbours along the input channels, such as [2, 4]",
              Parameter.integer("count", "weights").atLeast(1))
          .atLeast(2)
          .atMost(2)
          .optional();

  /** How many samples statistics are measured with. */
  public static final Parameter<Integer> SAMPLES =
      Parameter.integer("samples", "training samples to measure with").or(256).atLeast(1);

  /** How statistics are measured. */
  public static final Parameter<Parameters> CALIBRATION =
      Parameter.object("calibration", "how activations and gradients are measured", SAMPLES)
          .orDefaults();

  /** All of them. */
  public static final List<Parameter<?>> PARAMETERS = all();

  private PruneSettings() {}

  private static List<Parameter<?>> all() {
    List<Parameter<?>> all = new ArrayList<>();
    all.add(SPARSITY);
    all.addAll(LayerSelection.PARAMETERS);
    all.addAll(List.of(BLOCK_SIZE, BLOCK_POOLING_TYPE, SPARSITY_M_BY_N, CALIBRATION));
    return List.copyOf(all);
  }
}
