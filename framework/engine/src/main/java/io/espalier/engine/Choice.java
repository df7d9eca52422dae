package io.espalier.engine;

import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.engine.Operand.Training;

/**
 * ONNX Where: each element from one operand or the other. The gradient goes to the one that was
 * chosen; that of the condition is zero, but it begins here like any other.
 */
final class Choice implements Operation {
  private final Value output;
  private final Operand condition;
  private final Operand yes;
  private final Operand no;

  private Choice(Value output, Operand condition, Operand yes, Operand no) {
    this.output = output;
    this.condition = condition;
    this.yes = yes;
    this.no = no;
  }

  static void bind(Node node, Binder binder) {
    Shape result = binder.sample(node);
    Operand condition = Operand.of(node, binder, 0, result, Training.NONE);
    Operand yes = Operand.of(node, binder, 1, result, Training.NONE);
    Operand no = Operand.of(node, binder, 2, result, Training.NONE);
    boolean trained = condition.trained() || yes.trained() || no.trained();
    Value output = binder.define(node.outputs().get(0), trained);
    binder.add(node, new Choice(output, condition, yes, no));
  }

  @Override
  public Value output() {
    return output;
  }

  @Override
  public void forward(Frame frame) {
    float[] y = frame.data(output);
    float[] truth = condition.data(frame);
    float[] a = yes.data(frame);
    float[] b = no.data(frame);
    for (int s = 0; s < frame.samples; s++) {
      int at = s * output.stride();
      int first = condition.base(s);
      for (int i = 0; i < output.size(); i++) {
        y[at + i] =
            truth[first + condition.positions()[i]] != 0
                ? a[yes.base(s) + yes.positions()[i]]
                : b[no.base(s) + no.positions()[i]];
      }
    }
  }

  @Override
  public void recall(Frame frame) {}

  @Override
  public void backward(Frame frame) {
    if (condition.trained()) {
      condition.gradient(frame);
    }
    if (yes.trained()) {
      add(frame, yes, true);
    }
    if (no.trained()) {
      add(frame, no, false);
    }
  }

  private void add(Frame frame, Operand operand, boolean chosen) {
    float[] to = operand.gradient(frame);
    float[] dy = frame.gradient(output);
    float[] truth = condition.data(frame);
    for (int s = 0; s < frame.samples; s++) {
      int at = s * output.stride();
      int first = condition.base(s);
      for (int i = 0; i < output.size(); i++) {
        if ((truth[first + condition.positions()[i]] != 0) == chosen) {
          to[operand.base(s) + operand.positions()[i]] += dy[at + i];
        }
      }
    }
  }
}
