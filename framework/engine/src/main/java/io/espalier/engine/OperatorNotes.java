package io.espalier.engine;

import io.espalier.engine.Operators.Row;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the table of operators says about those that train something or not in every form. */
final class OperatorNotes {
  private static final String WITHIN = "axes within a sample";

  private static final Map<String, Row> ROWS =
      List.of(
              new Row("Add", "a constant operand with axes", "broadcasting within a sample"),
              new Row("AveragePool", "", "images (two spatial axes), no ceil_mode"),
              new Row(
                  "BatchNormalization",
                  "scale, bias",
                  "statistics of the batch in training, the running ones else"),
              new Row("Clip", "", "constant bounds"),
              new Row("Concat", "", WITHIN + ", no constants"),
              new Row("Conv", "weight, bias", "images (two spatial axes), also grouped"),
              new Row("Div", "", "broadcasting within a sample"),
              new Row("Dropout", "", "drops while training, whatever mode it was exported in"),
              new Row("Flatten", "", "axis 1"),
              new Row("Gemm", "weight, bias", "transA = 0, constant weight and bias"),
              new Row("GlobalAveragePool", "", "images (two spatial axes)"),
              new Row("GroupNormalization", "scale, bias", ""),
              new Row("InstanceNormalization", "scale, bias", ""),
              new Row("LayerNormalization", "scale, bias", WITHIN + ", one output"),
              new Row("LogSoftmax", "", WITHIN),
              new Row(
                  "MatMul",
                  "a constant right side",
                  "rows with a constant matrix, or two values of as many axes"),
              new Row("Max", "", "two operands, broadcasting within a sample"),
              new Row("MaxPool", "", "images (two spatial axes), no indices"),
              new Row("Min", "", "two operands, broadcasting within a sample"),
              new Row("Mul", "a constant operand with axes", "broadcasting within a sample"),
              new Row("PRelu", "slope", ""),
              new Row("Pad", "", WITHIN + "; constant, edge or reflect; constant pads"),
              new Row("Pow", "", "the exponent one constant number"),
              new Row("ReduceMax", "", WITHIN + ", constant"),
              new Row("ReduceMean", "", WITHIN + ", constant"),
              new Row("ReduceMin", "", WITHIN + ", constant"),
              new Row("ReduceSum", "", WITHIN + ", constant"),
              new Row("Reshape", "", "samples stay along the first axis"),
              new Row("Slice", "", WITHIN + ", constant"),
              new Row("Softmax", "", WITHIN),
              new Row("Split", "", WITHIN + ", constant sizes"),
              new Row("Squeeze", "", WITHIN),
              new Row("Sub", "", "broadcasting within a sample"),
              new Row("Transpose", "", "samples stay along the first axis"),
              new Row("Unsqueeze", "", WITHIN))
          .stream()
          .collect(Collectors.toUnmodifiableMap(Row::operator, row -> row));

  private OperatorNotes() {}

  static Row row(String operator) {
    Row row = ROWS.get(operator);
    return row == null ? new Row(operator, "", "") : row;
  }

  /** The operators that it says something about. */
  static Iterable<String> operators() {
    return ROWS.keySet();
  }
}
