package io.espalier.engine;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Graph;
import io.espalier.api.Node;
import io.espalier.core.Inference;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The operators that the engine can train, by name, all of ONNX's own domain. */
public final class Operators {
  private static final Map<String, Operator> ALL =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("Add", Pairwise.trained(PairFunction.ADD)),
              Map.entry("AveragePool", AveragePooling::bind),
              Map.entry("BatchNormalization", BatchNormalization::bind),
              Map.entry("Conv", Convolution::bind),
              Map.entry("Dropout", Dropout::bind),
              Map.entry("Flatten", Renaming::bind),
              Map.entry("Gemm", Dense::bindGemm),
              Map.entry("GlobalAveragePool", AveragePooling::bindGlobal),
              Map.entry("Identity", Renaming::bind),
              Map.entry("MatMul", Dense::bindMatMul),
              Map.entry("MaxPool", MaxPooling::bind),
              Map.entry("Div", Pairwise.fixed(PairFunction.DIVIDE)),
              Map.entry("Max", Pairwise.fixed(PairFunction.MAXIMUM)),
              Map.entry("Min", Pairwise.fixed(PairFunction.MINIMUM)),
              Map.entry("Mul", Pairwise.trained(PairFunction.MULTIPLY)),
              Map.entry("PRelu", Pairwise::bindSlope),
              Map.entry("Sub", Pairwise.fixed(PairFunction.SUBTRACT)),
              Map.entry("Concat", Arrangements::bindConcat),
              Map.entry("GlobalMaxPool", Extremum::bindGlobal),
              Map.entry("GroupNormalization", GroupedNormalization::bindGroup),
              Map.entry("InstanceNormalization", GroupedNormalization::bindInstance),
              Map.entry("LayerNormalization", GroupedNormalization::bindLayer),
              Map.entry("LogSoftmax", Softmax::bind),
              Map.entry("Pad", Arrangements::bindPad),
              Map.entry("ReduceMax", Extremum::bind),
              Map.entry("ReduceMean", Reduction::bind),
              Map.entry("ReduceMin", Extremum::bind),
              Map.entry("ReduceSum", Reduction::bind),
              Map.entry("Slice", Arrangements::bindSlice),
              Map.entry("Softmax", Softmax::bind),
              Map.entry("Split", Arrangements::bindSplit),
              Map.entry("Squeeze", Renaming::bind),
              Map.entry("Transpose", Arrangements::bindTranspose),
              Map.entry("Unsqueeze", Renaming::bind),
              Map.entry("Relu", Rectifier::bind),
              Map.entry("Reshape", Renaming::bind),
              Map.entry("Cast", Renaming::bindCast),
              Map.entry("ConvTranspose", TransposedConvolution::bind),
              Map.entry("Expand", Pairwise::bindExpand),
              Map.entry("Gather", Arrangements::bindGather),
              Map.entry("LRN", ResponseNormalization::bind),
              Map.entry("Mean", Pairwise::bindMean),
              Map.entry("Pow", Pairwise::bindPower),
              Map.entry("Resize", Resampling::bind),
              Map.entry("Sum", Pairwise.fixed(PairFunction.ADD)),
              Map.entry("Upsample", Resampling::bind),
              Map.entry("Where", Choice::bind),
              Map.entry("DepthToSpace", BlockMoves::bindDepthToSpace),
              Map.entry("ReduceL1", SummedReduction::bind),
              Map.entry("ReduceL2", SummedReduction::bind),
              Map.entry("ReduceLogSum", SummedReduction::bind),
              Map.entry("ReduceLogSumExp", SummedReduction::bind),
              Map.entry("ReduceSumSquare", SummedReduction::bind),
              Map.entry("SpaceToDepth", BlockMoves::bindSpaceToDepth),
              Map.entry("Tile", Arrangements::bindTile),
              Map.entry("And", Pairwise.fixed(PairFunction.AND)),
              Map.entry("Equal", Pairwise.fixed(PairFunction.EQUAL)),
              Map.entry("Greater", Pairwise.fixed(PairFunction.GREATER)),
              Map.entry("GreaterOrEqual", Pairwise.fixed(PairFunction.GREATER_OR_EQUAL)),
              Map.entry("Less", Pairwise.fixed(PairFunction.LESS)),
              Map.entry("LessOrEqual", Pairwise.fixed(PairFunction.LESS_OR_EQUAL)),
              Map.entry("Or", Pairwise.fixed(PairFunction.OR)),
              Map.entry("Xor", Pairwise.fixed(PairFunction.XOR))));

  static {
    Activations.names().forEach(name -> ALL.putIfAbsent(name, Activation::bind));
  }

  /** Those whose first axis is that of the samples by definition. */
  private static final Set<String> OF_BATCHES =
      Set.of(
          "AveragePool",
          "BatchNormalization",
          "Conv",
          "ConvTranspose",
          "DepthToSpace",
          "GlobalAveragePool",
          "GlobalMaxPool",
          "GroupNormalization",
          "InstanceNormalization",
          "LRN",
          "MaxPool",
          "SpaceToDepth");

  private Operators() {}

  /**
   * A row of the table of operators.
   *
   * @param operator name in ONNX
   * @param trained which of its inputs are trained; empty for none
   * @param notes which forms can be trained; empty for all
   */
  public record Row(String operator, String trained, String notes) {}

  /** All operators that a graph to be trained may have, by name. */
  public static List<Row> table() {
    Map<String, Row> rows = new TreeMap<>();
    Inference.folded().forEach(name -> rows.put(name, OperatorNotes.folded(name)));
    ALL.keySet().forEach(name -> rows.put(name, OperatorNotes.row(name)));
    return List.copyOf(rows.values());
  }

  /**
   * Checks that all operators are known that the outputs of a graph follow from.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) that names the first node whose operator
   *     is not, and those there are
   */
  static void requireKnown(Graph graph) {
    TrainableGraph.needed(graph).stream()
        .filter(node -> !Inference.folds(node))
        .forEach(Operators::of);
  }

  /**
   * The operator of a node in a graph whose first axis counts samples, or in one without such an
   * axis.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) if it has such an axis by definition
   */
  static Operator of(Node node, boolean batched) {
    if (!batched && OF_BATCHES.contains(node.type())) {
      throw Binder.refuse(node, "is defined on batches only");
    }
    return of(node);
  }

  /**
   * The operator of a node.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) that names the node, its operator and
   *     those there are
   */
  static Operator of(Node node) {
    Operator operator = node.domain().isEmpty() ? ALL.get(node.type()) : null;
    if (operator == null && Inference.folds(node)) {
      throw Binder.refuse(
          node,
          "is computed of constants and shapes only, but here of what comes from the data; no gradient goes through it");
    }
    if (operator == null) {
      throw new EspalierException(
          FailureCode.MODEL,
          "node '%s': cannot train operator %s (can train: %s)"
              .formatted(
                  node.name(),
                  node.domain().isEmpty() ? node.type() : node.domain() + "." + node.type(),
                  String.join(", ", ALL.keySet())));
    }
    return operator;
  }
}
