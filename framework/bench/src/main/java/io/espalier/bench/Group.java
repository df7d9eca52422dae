package io.espalier.bench;

import java.util.Map;
import java.util.function.Supplier;

/** Rows that are measured together; found as a {@linkplain java.util.ServiceLoader service}. */
public interface Group {
  /** What the command calls it. */
  String name();

  /** How each row is measured, by its name, in the order of the table. */
  Map<String, Supplier<Comparison>> rows();
}
