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

  /** How sparsity is allotted over layers. */
  public static final Parameter<String> ALLOCATION =
      Parameter.choice(
              "allocation",
              "how sparsity is allotted over layers without a target of their own: the same for each, by one ranking of all scores, by extents (ERK) or by LAMP",
              "uniform",
              "global",
              "erk",
              "lamp")
          .or("uniform");

  /** The least that goes of a layer. */
  public static final Parameter<Double> MIN_SPARSITY_PER_LAYER =
      Parameter.number("minSparsityPerLayer", "share that goes at least of each layer")
          .or(0.0)
          .atLeast(0)
          .below(1);

  /** The most that goes of a layer. */
  public static final Parameter<Double> MAX_SPARSITY_PER_LAYER =
      Parameter.number("maxSparsityPerLayer", "share that goes at most of each layer")
          .or(1.0)
          .atLeast(0)
          .atMost(1);

  /** Rounds of pruning and training. */
  public static final Parameter<Integer> ROUNDS =
      Parameter.integer(
              "rounds", "how often the stage prunes and then trains, where it has no scheduler")
          .atLeast(1)
          .optional();

  /** How far each round goes. */
  public static final Parameter<String> ROUND_SCHEDULE =
      Parameter.choice(
              "roundSchedule",
              "how far round i of n goes: linear (s i/n), agp (s (1 - (1 - i/n)^3)), or geometric, the same share of what is left in each (1 - (1 - s)^(i/n))",
              "linear",
              "agp",
              "geometric")
          .or("geometric");

  /** What later rounds go on to. */
  public static final Parameter<Double> TOWARDS =
      Parameter.number(
              "towards",
              "the sparsity that later stages go on to; layers reach targets of their own at the same pace")
          .atLeast(0)
          .below(1)
          .optional();

  /** Where weights are rewound to. */
  public static final Parameter<String> REWIND_TO =
      Parameter.text(
              "rewindTo",
              "an earlier stage whose weights a pruner that rewinds goes back to; start is the run's first model")
          .or("start");

  /** A TensorBoard log. */
  public static final Parameter<Boolean> PRUNING_SUMMARIES =
      Parameter.bool(
              "pruningSummaries",
              "write sparsity, threshold and norm of each layer as a TensorBoard log into the run's folder")
          .or(false);

  /** How many samples statistics are measured with. */
  public static final Parameter<Integer> SAMPLES =
      Parameter.integer("samples", "training samples to measure with").or(256).atLeast(1);

  /** How many samples a gradient is of. */
  public static final Parameter<Integer> BATCH_SIZE =
      Parameter.integer("batchSize", "samples of a batch, for gradients").or(32).atLeast(1);

  /** How statistics are measured. */
  public static final Parameter<Parameters> CALIBRATION =
      Parameter.object(
              "calibration", "how activations and gradients are measured", SAMPLES, BATCH_SIZE)
          .orDefaults();

  /** Whether somebody must approve what is cut. */
  public static final Parameter<Boolean> APPROVE =
      Parameter.bool("approve", "wait until the stage's first plan is approved").or(false);

  /** All of them. */
  public static final List<Parameter<?>> PARAMETERS = all();

  private PruneSettings() {}

  private static List<Parameter<?>> all() {
    List<Parameter<?>> all = new ArrayList<>();
    all.add(SPARSITY);
    all.addAll(LayerSelection.PARAMETERS);
    all.addAll(
        List.of(
            ALLOCATION,
            MIN_SPARSITY_PER_LAYER,
            MAX_SPARSITY_PER_LAYER,
            BLOCK_SIZE,
            BLOCK_POOLING_TYPE,
            SPARSITY_M_BY_N,
            ROUNDS,
            ROUND_SCHEDULE,
            TOWARDS,
            REWIND_TO,
            CALIBRATION,
            APPROVE,
            PRUNING_SUMMARIES));
    return List.copyOf(all);
  }
}
