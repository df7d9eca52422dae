package io.espalier.api;

import java.util.List;

/** A constant of a node, with the kinds that ONNX operators use. */
public sealed interface Attribute {
  /** A whole number, or a truth value as 0 and 1. */
  record Int(long value) implements Attribute {}

  /** A number. */
  record Real(float value) implements Attribute {}

  /** A text. */
  record Text(String value) implements Attribute {}

  /** A tensor. */
  record Constant(Tensor value) implements Attribute {}

  /** Whole numbers. */
  record Ints(List<Long> values) implements Attribute {
    public Ints {
      values = List.copyOf(values);
    }
  }

  /** Numbers. */
  record Reals(List<Float> values) implements Attribute {
    public Reals {
      values = List.copyOf(values);
    }
  }

  /** Texts. */
  record Texts(List<String> values) implements Attribute {
    public Texts {
      values = List.copyOf(values);
    }
  }
}
