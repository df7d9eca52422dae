package io.espalier.bench;

import io.espalier.runtime.HandOver;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The command of this module: {@code run GROUP [--json]}. */
public final class Bench {
  private static final Map<String, Supplier<List<Comparison>>> GROUPS =
      new TreeMap<>(Map.of("stages", () -> List.of(HandOver.compare())));

  private Bench() {}

  /** Measures one group of rows and prints a line for each. */
  public static void main(String[] arguments) {
    List<String> words = List.of(arguments);
    boolean json = words.contains("--json");
    List<String> names = words.stream().filter(word -> !word.equals("--json")).toList();
    Supplier<List<Comparison>> group = names.size() == 1 ? GROUPS.get(names.get(0)) : null;
    if (group == null) {
      System.err.println("usage: run " + String.join("|", GROUPS.keySet()) + " [--json]");
      System.exit(2);
      return;
    }
    for (Comparison row : group.get()) {
      System.out.println(json ? row.json() : row.text());
    }
    System.exit(0);
  }
}
