package io.espalier.engine;

import io.espalier.api.Node;
import java.util.Arrays;
import java.util.List;

/** Operators that only move elements within a sample: see {@link Arrangements}. */
final class Arrangement implements Operation {
  private final Value output;
  private final List<Part> parts;
  private final float rest;

  private Arrangement(Value output, List<Part> parts, float rest) {
    this.output = output;
    this.parts = List.copyOf(parts);
    this.rest = rest;
  }

  /**
   * Elements that an output takes from one operand, at the operand's positions.
   *
   * @param to their positions in the output
   */
  record Part(Operand operand, int[] to) {
    /** Of a value. */
    static Part of(Value value, int[] from, int[] to) {
      return new Part(new Operand(new Operand.FromValue(value), from), to);
    }
  }

  /** Adds an operation that takes parts of values and fills the rest of its output. */
  static void add(Node node, Binder binder, Value output, List<Part> parts, float rest) {
    binder.add(node, new Arrangement(output, parts, rest));
  }

  @Override
  public Value output() {
    return output;
  }

  @Override
  public void forward(Frame frame) {
    float[] y = frame.data(output);
    for (int s = 0; s < frame.samples; s++) {
      int at = s * output.stride();
      Arrays.fill(y, at, at + output.size(), rest);
    }
    for (int p = 0; p < parts.size(); p++) {
      Part part = parts.get(p);
      float[] x = part.operand().data(frame);
      int[] positions = part.operand().positions();
      for (int s = 0; s < frame.samples; s++) {
        int from = part.operand().base(s);
        int to = s * output.stride();
        for (int i = 0; i < positions.length; i++) {
          y[to + part.to()[i]] = x[from + positions[i]];
        }
      }
    }
  }

  @Override
  public void backward(Frame frame) {
    float[] dy = frame.gradient(output);
    for (int p = 0; p < parts.size(); p++) {
      Part part = parts.get(p);
      if (part.operand().trained()) {
        float[] dx = part.operand().gradient(frame);
        int[] positions = part.operand().positions();
        for (int s = 0; s < frame.samples; s++) {
          int from = part.operand().base(s);
          int to = s * output.stride();
          for (int i = 0; i < positions.length; i++) {
            dx[from + positions[i]] += dy[to + part.to()[i]];
          }
        }
      }
    }
  }
}
