package io.espalier.bench;

import io.espalier.runtime.HandOver;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The command of this module: {@code run GROUP [--json]}. */
public final class Bench {
  private Bench() {}

  /** Measures one group of rows and prints a line for each. */
  public static void main(String[] arguments) {
    List<String> words = List.of(arguments);
    boolean json = words.contains("--json");
    List<String> names = words.stream().filter(word -> !word.equals("--json")).toList();
    Map<String, Consumer<Consumer<Comparison>>> groups = groups();
    Consumer<Consumer<Comparison>> group = names.size() == 1 ? groups.get(names.get(0)) : null;
    if (group == null) {
      System.err.println("usage: run " + String.join("|", groups.keySet()) + " [--json]");
      System.exit(2);
      return;
    }
    group.accept(row -> System.out.println(json ? row.json() : row.text()));
    System.exit(0);
  }

  /**
   * What this build can measure: the groups against native peers come with the profile of these.
   */
  private static Map<String, Consumer<Consumer<Comparison>>> groups() {
    Map<String, Consumer<Consumer<Comparison>>> groups = new TreeMap<>();
    groups.put("stages", rows -> rows.accept(HandOver.compare()));
    for (Group group : ServiceLoader.load(Group.class)) {
      groups.put(group.name(), group::measure);
    }
    return groups;
  }
}
