package io.espalier.engine;

import io.espalier.engine.Operators.Row;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the table of operators says about those that train something or not in every form. */
final class OperatorNotes {
  private static final String WITHIN = "axes within a sample";
  private static final String WINDOWS = "signals and images (one or two spatial axes)";
  private static final String FOLDED = "folded: of constants and shapes";

  private static final Map<String, Row> ROWS =
      List.of(
              new Row("Add", "a constant operand with axes", "broadcasting within a sample"),
              new Row("AveragePool", "", WINDOWS),
              new Row(
                  "BatchNormalization",
                  "scale, bias",
                  "statistics of the batch in training, the running ones else, whatever mode it was exported in; updated statistics are no outputs"),
              new Row("Clip", "", "constant bounds"),
              new Row("Concat", "a constant part with axes", WITHIN),
              new Row("Conv", "weight, bias", WINDOWS + ", also grouped; constant weight and bias"),
              new Row(
                  "ConvTranspose",
                  "weight, bias",
                  WINDOWS + ", also grouped; constant weight and bias"),
              new Row("Cast", "", "to float, double (computed as float) or bool"),
              new Row("Div", "", "broadcasting within a sample"),
              new Row(
                  "Dropout",
                  "",
                  "drops while training, whatever mode it was exported in; also the mask"),
              new Row("Flatten", "", "axis 1"),
              new Row("Gemm", "weight, bias", "transA = 0, a constant weight; any bias"),
              new Row(
                  "Expand",
                  "a constant with axes",
                  "a constant shape, or one of the number of samples"),
              new Row("Gather", "", WITHIN + ", constant indices"),
              new Row("GroupNormalization", "scale, bias", ""),
              new Row("InstanceNormalization", "scale, bias", ""),
              new Row("LayerNormalization", "scale, bias", WITHIN + "; also mean and deviation"),
              new Row("LogSoftmax", "", WITHIN),
              new Row(
                  "MatMul", "a constant side", "two values of as many axes, or one and a constant"),
              new Row("Max", "", "broadcasting within a sample"),
              new Row("MaxPool", "", WINDOWS + "; also the indices"),
              new Row("Mean", "", "broadcasting within a sample"),
              new Row("Min", "", "broadcasting within a sample"),
              new Row("Mul", "a constant operand with axes", "broadcasting within a sample"),
              new Row("PRelu", "a constant slope", "broadcasting within a sample"),
              new Row("Pad", "", WITHIN + "; constant, edge, reflect or wrap; constant pads"),
              new Row("Pow", "", "broadcasting within a sample"),
              new Row("ReduceMax", "", WITHIN + ", constant"),
              new Row("ReduceMean", "", WITHIN + ", constant"),
              new Row("ReduceMin", "", WITHIN + ", constant"),
              new Row("ReduceSum", "", WITHIN + ", constant"),
              new Row("Reshape", "", "samples stay along the first axis"),
              new Row(
                  "Resize",
                  "",
                  WITHIN
                      + "; nearest, linear, cubic; all coordinates; aligned corners with whole extents only"),
              new Row("Slice", "", WITHIN + ", constant"),
              new Row("Softmax", "", WITHIN),
              new Row("Split", "", WITHIN + ", constant sizes"),
              new Row("Squeeze", "", WITHIN),
              new Row("Sub", "", "broadcasting within a sample"),
              new Row("Sum", "", "broadcasting within a sample"),
              new Row("Tile", "", WITHIN + ", constant"),
              new Row("Transpose", "", "samples stay along the first axis"),
              new Row("Unsqueeze", "", WITHIN),
              new Row("Upsample", "", WITHIN + "; nearest, linear"),
              new Row(
                  "Where",
                  "",
                  "broadcasting within a sample; any condition, which gets no gradient"))
          .stream()
          .collect(Collectors.toMap(Row::operator, row -> row));

  static {
    for (String reduction :
        List.of("ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare")) {
      ROWS.put(reduction, new Row(reduction, "", WITHIN + ", constant"));
    }
    for (String truth :
        List.of("And", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Or", "Xor")) {
      ROWS.put(truth, new Row(truth, "", "broadcasting within a sample; no gradient"));
    }
    for (String steps : List.of("Ceil", "Floor", "Not", "Round", "Sign")) {
      ROWS.put(steps, new Row(steps, "", "no gradient"));
    }
  }

  private OperatorNotes() {}

  static Row row(String operator) {
    Row row = ROWS.get(operator);
    return row == null ? new Row(operator, "", "") : row;
  }

  /** Of an operator that is only computed before a training, never in it. */
  static Row folded(String operator) {
    return new Row(operator, "", FOLDED);
  }

  /** The operators that it says something about. */
  static Iterable<String> operators() {
    return ROWS.keySet();
  }
}
