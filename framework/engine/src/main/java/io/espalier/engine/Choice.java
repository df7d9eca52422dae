package io.espalier.engine;

import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.core.Numbers;
import io.espalier.engine.Operand.Training;

/** ONNX Where with a constant condition: each element from one operand or the other. */
final class Choice implements Operation {
  private final Value output;
  private final boolean[] first;
  private final Operand yes;
  private final Operand no;

  private Choice(Value output, boolean[] first, Operand yes, Operand no) {
    this.output = output;
    this.first = first;
    this.yes = yes;
    this.no = no;
  }

  static void bind(Node node, Binder binder) {
    Tensor condition =
        binder
            .constant(node, 0)
            .orElseThrow(() -> Binder.refuse(node, "its condition is not constant"));
    Shape result = binder.sample(node);
    double[] truth = Numbers.of(condition).reals();
    int[] at = Operand.positions(node, condition.shape(), result);
    boolean[] first = new boolean[at.length];
    for (int i = 0; i < at.length; i++) {
      first[i] = truth[at[i]] != 0;
    }
    Operand yes = Operand.of(node, binder, 1, result, Training.NONE);
    Operand no = Operand.of(node, binder, 2, result, Training.NONE);
    Value output = binder.define(node.outputs().get(0), yes.trained() || no.trained());
    binder.add(node, new Choice(output, first, yes, no));
  }

  @Override
  public Value output() {
    return output;
  }

  @Override
  public void forward(Frame frame) {
    float[] y = frame.data(output);
    float[] a = yes.data(frame);
    float[] b = no.data(frame);
    for (int s = 0; s < frame.samples; s++) {
      int at = s * output.stride();
      for (int i = 0; i < first.length; i++) {
        y[at + i] =
            first[i] ? a[yes.base(s) + yes.positions()[i]] : b[no.base(s) + no.positions()[i]];
      }
    }
  }

  @Override
  public void recall(Frame frame) {}

  @Override
  public void backward(Frame frame) {
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
    for (int s = 0; s < frame.samples; s++) {
      int at = s * output.stride();
      for (int i = 0; i < first.length; i++) {
        if (first[i] == chosen) {
          to[operand.base(s) + operand.positions()[i]] += dy[at + i];
        }
      }
    }
  }
}
