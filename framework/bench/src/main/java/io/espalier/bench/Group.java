package io.espalier.bench;

import java.util.function.Consumer;

/** Rows that are measured together; found as a {@linkplain java.util.ServiceLoader service}. */
public interface Group {
  /** What the command calls it. */
  String name();

  /**
   * Measures all rows.
   *
   * @param rows gets each as soon as it is measured
   */
  void measure(Consumer<Comparison> rows);
}
